/** Keeps each key once: the last item with the key, at the place of the first. A keyed list must not repeat a key. */
export const uniqueBy = <T>(items: T[], key: (item: T) => unknown): T[] => [...new Map(items.map((item) => [key(item), item])).values()];
