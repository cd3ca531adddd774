/** Small things kept in the browser; storage that is switched off is no reason to fail. */

export function recall<T>(store: () => Storage, key: string): T | null {
  try {
    return JSON.parse(store().getItem(key) ?? 'null') as T | null;
  } catch {
    return null;
  }
}

export function remember(store: () => Storage, key: string, value: unknown) {
  try {
    if (value == null) store().removeItem(key);
    else store().setItem(key, JSON.stringify(value));
  } catch {
    // Full or switched off: then it lasts as long as the page.
  }
}

export const local = () => localStorage;
export const session = () => sessionStorage;
