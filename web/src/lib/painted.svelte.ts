/** Whether the first page has been painted. Content below the fold is rendered after that. */
export const painted = $state({ is: false });

/** Call once the main content is in the DOM: the next frame paints it, and the one after that has time for the rest. */
export const paint = () => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => (painted.is = true))));
