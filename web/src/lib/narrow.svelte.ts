/** Whether the window is as narrow or as low as a phone's, for the few layouts that need other elements then. */
const query = matchMedia('(max-width: 820px), (max-height: 480px)');

export const narrow = $state({ is: query.matches });
query.addEventListener('change', (event) => (narrow.is = event.matches));
