/**
 * People's names, each of which means one person of the club, as in the server's answers: both are tested with `person_names.json`. A short
 * form that several people share does not say who is meant, so the whole name is used instead.
 */
import type { Employee } from './api-types';

/** Number of characters from the end of an id that distinguish people with the same name. */
const ID_SHOWN = 6;

/** The short forms that are shared, in small letters. */
let shared = $state.raw<ReadonlySet<string>>(new Set());

const wordsOf = (name: string) => name.split(/\s+/).filter(Boolean);

/** A name without the end of the id that `withDistinctNames` adds. */
export const withoutMark = (name: string): string => name.replace(/ \([^()]*\)$/, '');

/** People whose names are distinct: somebody whose name others have too is shown with the end of the id, as `Avery Quill (E01)`. */
export function withDistinctNames(people: Employee[]): Employee[] {
  const key = (name: string) => wordsOf(name).join(' ').toLowerCase();
  const counts = new Map<string, number>();
  for (const { name } of people) counts.set(key(name), (counts.get(key(name)) ?? 0) + 1);
  const endOf = (id: string) => [...id].slice(-ID_SHOWN).join('');
  return people.map((one) => {
    if (!key(one.name) || counts.get(key(one.name)) === 1) return one;
    const isEndShared = people.some(({ id }) => id !== one.id && endOf(id) === endOf(one.id));
    return { ...one, name: `${wordsOf(one.name).join(' ')} (${isEndShared ? one.id : endOf(one.id)})`, own_name: one.name };
  });
}

/** `Avery`, and `Avery Q.` */
export function shortForms(name: string): [first: string, withInitial: string] {
  const [first = '', ...rest] = wordsOf(withoutMark(name));
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
