/** Whether the first page has been painted. Content below the fold is rendered after that. */
export const painted = $state({ is: false });

/** Calls a function after the next frame is painted. */
export const afterFrame = (run: () => void) => requestAnimationFrame(() => setTimeout(run));

/** Call once the main content is in the DOM: the next frame paints it, and the rest is rendered after the frame that follows. */
export const notePainted = () => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => (painted.is = true))));
