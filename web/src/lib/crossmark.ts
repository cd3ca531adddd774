/** The findings of the last refresh from Crossmark, in words for Today. */
import type { CrossmarkFindings } from './api-types';
import { count } from './numbers';

/** Maximum names in a sentence; the rest is counted. */
const NAMED = 3;

/** One sentence for each finding. A doubted list is shown separately. */
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
  const named = rows.slice(0, NAMED).map((row) => `${row.event_ref_num ?? 'without a number'}, ${row.words}`);
  return `${count(total, 'event')} from Crossmark cannot be used: ${listedWithRest(named, total)}.`;
}

function peopleWords({ people_set_aside: rows, people_set_aside_total: total }: CrossmarkFindings): string {
  if (!total) return '';
  const named = rows.slice(0, NAMED).map((row) => (row.number === null ? row.words : `number ${row.number}, ${row.words}`));
  return `${count(total, 'person', 'people')} from Crossmark cannot be read: ${listedWithRest(named, total)}.`;
}

function conflictWords({ number_conflicts: conflicts, number_conflicts_total: total }: CrossmarkFindings): string[] {
  const named = conflicts.slice(0, NAMED).map(({ employees, numbers: found }) => {
    const who = employees.map((one) => one.employee_name ?? one.employee_id).join(' and ');
    const values = found.join(' and ');
    return employees.length > 1
      ? `${who} have the same number at Crossmark: ${values}.`
      : `${who} has several numbers at Crossmark: ${values}. The one that is known stays.`;
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
    ? `Another club has the Crossmark location ${locations}, so nothing comes in.`
    : `Crossmark lists several locations (${locations}), and it is not known which is this club's. Nothing comes in.`;
}

function listedWithRest(named: string[], total: number): string {
  const more = total - named.length;
  return `${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}
