/** People without a Crossmark number: runs and rules plan them like anybody else, but nothing can be sent for them. */
import type { Employee, ImportRow, ScheduleChanges, WayOut } from './api-types';
import { count, listed } from './numbers';

export type Numbered = Pick<Employee, 'id' | 'name' | 'rep_id'>;

/** Maximum people that a sentence names. */
const MAX_NAMED = 3;
/** The heading of the Crossmark number in a file of people. */
const NUMBER_COLUMN = 'Rep ID';

export const lacksNumber = ({ rep_id }: Pick<Employee, 'rep_id'>) => rep_id === null;

/** The ids of the people without a Crossmark number. */
export const unknownIds = (people: Numbered[] = []): ReadonlySet<string> => new Set(people.filter(lacksNumber).map((one) => one.id));

/** People in their order, but those without a Crossmark number last. */
export const knownFirst = <T extends { employee_id: string }>(choices: T[], unknown: ReadonlySet<string>): T[] =>
  choices.toSorted((a, b) => Number(unknown.has(a.employee_id)) - Number(unknown.has(b.employee_id)));

/**
 * That nothing can be sent for these people, and what to do, in a sentence without a period; empty for nobody. `where` is the place in
 * which the number can be entered.
 */
export function noNumberWords(names: string[], where = 'in Team'): string {
  if (!names.length) return '';
  const more = names.length - MAX_NAMED;
  const named = listed(more > 0 ? [...names.slice(0, MAX_NAMED), count(more, 'other')] : names);
  const entered = names.length === 1 ? 'the Crossmark number is entered' : 'their Crossmark numbers are entered';
  return `Crossmark does not know ${named} yet: nothing can be sent for them until ${entered} ${where}`;
}

/** The names of the people without a Crossmark number who get an event by an option. */
export function unknownIn({ changes }: Pick<WayOut, 'changes'>, people: Numbered[]): string[] {
  const unknown = new Map(people.filter(lacksNumber).map(({ id, name }) => [id, name]));
  const sentTo = changes.flatMap((one) => (one.kind === 'schedule' && one.told_to_crossmark && one.after ? one.after.employee_id : []));
  return [...new Set(sentTo.flatMap((id) => unknown.get(id) ?? []))];
}

/** The options in their order, but those that give an event to somebody without a Crossmark number last. */
export const sendableFirst = (options: WayOut[], people: Numbered[]): WayOut[] =>
  options.toSorted((a, b) => Number(!!unknownIn(a, people).length) - Number(!!unknownIn(b, people).length));

/** The option with the highest score of those that can be sent, if there are several to choose from. */
export function bestOf(options: WayOut[], people: Numbered[]): string | undefined {
  const sendable = options.filter((one) => one.kind !== 'leave' && !unknownIn(one, people).length);
  return sendable.length > 1 ? sendable.toSorted((a, b) => b.points - a.points)[0].id : undefined;
}

/** Why a line is refused: the person without a Crossmark number by name, if that is the reason, and the server's words otherwise. */
export function refusalReason(
  { line, code, reason }: ScheduleChanges['refused'][number],
  lines: { id: string; employee_id?: string | null }[],
  people: Numbered[],
): string {
  if (code !== 'NO_CROSSMARK_NUMBER') return reason;
  const who = lines.find((one) => one.id === line)?.employee_id;
  const person = people.find(({ id }) => id === who);
  // Otherwise it is the club that has no number.
  return person && lacksNumber(person) ? noNumberWords([person.name]) : reason;
}

/**
 * The names of the people in these rows of a people file who have no Crossmark number, neither by the file nor before it. People who do
 * not work here are left out.
 */
export function withoutNumber(rows: ImportRow[], people: (Numbered & Pick<Employee, 'active'>)[]): string[] {
  const byId = new Map(people.map((one) => [one.id, one]));
  return rows.flatMap((row) => {
    const inFile = (column: string) => row.fields.find((field) => field.column === column)?.new ?? '';
    const person = byId.get(row.of);
    const isActive = inFile('Active') ? inFile('Active') !== 'no' : (person?.active ?? true);
    const hasNumber = !!inFile(NUMBER_COLUMN) || (!!person && !lacksNumber(person));
    return isActive && !hasNumber ? [inFile('Name') || person?.name || row.of] : [];
  });
}
