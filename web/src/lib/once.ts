/** A load that is done once: its result is returned at once afterwards. A load that failed is repeated by the next call. */
export function once<T>(load: () => Promise<T>): () => T | Promise<T> {
  let loaded: { value: T } | undefined;
  return () => loaded?.value ?? load().then((value) => (loaded = { value }).value);
}
