/** Which short forms of people's names several people of the club share, so that a short form alone does not say who is meant. */

let shared = $state.raw<ReadonlySet<string>>(new Set());

/** `Avery`, and `Avery Q.` */
export function shortForms(name: string): [first: string, withInitial: string] {
  const [first, ...rest] = name.split(' ');
  const last = rest.at(-1);
  return [first, last ? `${first} ${last[0]}.` : first];
}

/** Takes over the names of everybody in the club. */
export function knowTeam(names: string[]) {
  const counts = new Map<string, number>();
  for (const form of names.flatMap((name) => [...new Set(shortForms(name))])) counts.set(form, (counts.get(form) ?? 0) + 1);
  shared = new Set([...counts].flatMap(([form, n]) => (n > 1 ? form : [])));
}

/** Whether several people of the club have this short form of a name. */
export const isShared = (form: string): boolean => shared.has(form);
