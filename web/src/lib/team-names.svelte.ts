/**
 * The short forms of people's names. One that several people of the club share does not say who is meant, so the whole name is used
 * instead, as in the server's messages: both are tested with `short-names.json`.
 */

/** The short forms that are shared, in small letters. */
let shared = $state.raw<ReadonlySet<string>>(new Set());

const wordsOf = (name: string) => name.split(/\s+/).filter(Boolean);

/** `Avery`, and `Avery Q.` */
export function shortForms(name: string): [first: string, withInitial: string] {
  const [first = '', ...rest] = wordsOf(name);
  const last = rest.at(-1);
  // An initial may take two code units.
  return [first, last ? `${first} ${[...last][0]}.` : first];
}

/** Takes over the names of everybody in the club. */
export function setTeamNames(names: string[]) {
  const counts = new Map<string, number>();
  for (const name of names) for (const form of new Set(shortForms(name.toLowerCase()))) counts.set(form, (counts.get(form) ?? 0) + 1);
  shared = new Set([...counts].flatMap(([form, n]) => (n > 1 ? form : [])));
}

/** A short form of a name, or the whole name if several people of the club have that form. */
export const unambiguous = (form: string, name: string): string => (shared.has(form.toLowerCase()) ? wordsOf(name).join(' ') : form);
