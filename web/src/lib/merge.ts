/** Merges typed values with values that others saved meanwhile. */

export type Fields = object;

export const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/**
 * Merges typed fields with a newer saved state: a typed field stays, any other takes the newer value. `clash` says that both changed the
 * same field, to different values.
 */
export function merged<T extends Fields>(base: T, typed: T, found: T): { typed: T; clash: boolean } {
  let clash = false;
  const next = { ...found };
  for (const key of Object.keys(found) as (keyof T)[]) {
    if (isSame(typed[key], base[key])) continue;
    next[key] = typed[key];
    if (!isSame(found[key], base[key]) && !isSame(found[key], typed[key])) clash = true;
  }
  return { typed: next, clash };
}

/** The typed fields that differ from the saved ones. */
export function differing<T extends Fields>(base: T | null, typed: T): Partial<T> {
  const keys = (Object.keys(typed) as (keyof T)[]).filter((key) => !base || !isSame(base[key], typed[key]));
  return Object.fromEntries(keys.map((key) => [key, typed[key]])) as Partial<T>;
}
