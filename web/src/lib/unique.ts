/** The items, each key once: of items with the same key the last one, at the place of the first. A keyed list must not repeat a key. */
export const uniqueBy = <T>(items: T[], key: (item: T) => unknown): T[] => [...new Map(items.map((item) => [key(item), item])).values()];
