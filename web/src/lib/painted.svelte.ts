/** Whether the first page has been painted. What stands below its main content is drawn after that. */
export const painted = $state({ is: false });

/** Call when the main content is in the document. */
export const paint = () => requestAnimationFrame(() => setTimeout(() => (painted.is = true)));
