/** Whether the first page has been painted. Content below the fold is rendered after that. */
export const painted = $state({ is: false });

/** Call once the main content is in the DOM. */
export const paint = () => requestAnimationFrame(() => setTimeout(() => (painted.is = true)));
