/** The findings of the last refresh from Crossmark, in words for Today. */
import type { CrossmarkFindings } from './api-types';
import { count } from './numbers';

/** Maximum names in a sentence; the rest is counted. */
const NAMED = 3;

const faultReasons: Record<CrossmarkFindings['events_set_aside'][number]['reason'], string> = {
  missing: 'is missing',
  unreadable: 'cannot be read',
  out_of_bounds: 'is out of bounds',
  before_start: 'is before the start date',
  other_store: "is not this club's",
};

/** What is wrong with a field of Crossmark's row: `due date cannot be read`. */
const faultWords = ({ words, reason }: { words: string; reason: keyof typeof faultReasons }) => `${words} ${faultReasons[reason]}`;

/** A text for each kind of finding, and for each of the first number conflicts. A doubted list is shown separately. */
export function findingWords(found: CrossmarkFindings): string[] {
  return [locationWords(found), eventsWords(found), peopleWords(found), ...conflictWords(found), otherStoreWords(found)].filter(
    (text) => text !== '',
  );
}

/** Explains a doubted list. */
export function doubtWords({ missing, open, has_nothing }: NonNullable<CrossmarkFindings['doubted_list']>): string {
  const lacks = has_nothing ? `has none of ${count(open, 'open event')}` : `lacks ${missing} of ${count(open, 'open event')} at once`;
  return `It ${lacks}. Nothing is withdrawn until the next hour's list agrees or somebody confirms it, and no night run uses it.`;
}

function eventsWords({ events_set_aside: rows, events_set_aside_total: total }: CrossmarkFindings): string {
  if (!total) return '';
  const named = rows.slice(0, NAMED).map((row) => `${row.event_ref_num ?? 'one without a number'} (${faultWords(row)})`);
  return `${count(total, 'event')} from Crossmark cannot be used: ${listedWithRest(named, total)}.`;
}

function peopleWords({ people_set_aside: rows, people_set_aside_total: total }: CrossmarkFindings): string {
  if (!total) return '';
  const named = rows
    .slice(0, NAMED)
    .map((row) => `${row.number === null ? 'one without a number' : `number ${row.number}`} (${faultWords(row)})`);
  return `${count(total, 'person', 'people')} from Crossmark cannot be read: ${listedWithRest(named, total)}.`;
}

function conflictWords({ number_conflicts: conflicts, number_conflicts_total: total }: CrossmarkFindings): string[] {
  const named = conflicts.slice(0, NAMED).map(({ employees, numbers: found }) => {
    const who = employees.map((one) => one.employee_name ?? one.employee_id).join(' and ');
    const values = found.join(' and ');
    return employees.length > 1
      ? `${who} have the same number at Crossmark: ${values}.`
      : `${who} has several numbers at Crossmark: ${values}. Muster keeps the number that it has.`;
  });
  const more = total - named.length;
  return more > 0 ? [...named, `${count(more, 'more conflict')} of numbers at Crossmark.`] : named;
}

function otherStoreWords({ foreign_rows: rows }: CrossmarkFindings): string {
  return rows ? `${count(rows, 'event')} of another store ${rows === 1 ? 'is' : 'are'} left out.` : '';
}

function locationWords({ location: trouble }: CrossmarkFindings): string {
  if (!trouble) return '';
  const locations = trouble.locations.join(', ');
  return trouble.reason === 'taken'
    ? `Another club has the Crossmark location ${locations}, so nothing is imported.`
    : `Crossmark lists several locations (${locations}), and it is not known which is this club's. Nothing is imported.`;
}

function listedWithRest(named: string[], total: number): string {
  const more = total - named.length;
  return `${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}
