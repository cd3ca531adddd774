/** Whether the window is as narrow, or as low, as a phone: for the few places where another layout needs other elements. */
const query = matchMedia('(max-width: 820px), (max-height: 480px)');

export const narrow = $state({ is: query.matches });
query.addEventListener('change', (event) => (narrow.is = event.matches));
