/** What somebody typed, against what was saved meanwhile. */

export type Fields = object;

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

export const isSame = same;

/**
 * The typed fields over a newer state: what was not typed follows it, what was typed stays. `clash` says that both
 * changed one field, to different values.
 */
export function merged<T extends Fields>(base: T, typed: T, found: T): { typed: T; clash: boolean } {
  let clash = false;
  const next = { ...found };
  for (const key of Object.keys(found) as (keyof T)[]) {
    if (same(typed[key], base[key])) continue;
    next[key] = typed[key];
    if (!same(found[key], base[key]) && !same(found[key], typed[key])) clash = true;
  }
  return { typed: next, clash };
}

/** The fields of what is typed that differ from what was saved. */
export function differing<T extends Fields>(base: T | null, typed: T): Partial<T> {
  const keys = (Object.keys(typed) as (keyof T)[]).filter((key) => !base || !same(base[key], typed[key]));
  return Object.fromEntries(keys.map((key) => [key, typed[key]])) as Partial<T>;
}
