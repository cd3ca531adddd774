/** The texts of a day's printed sheet. */
import type { Schedule } from './api-types';
import { count, listed } from './numbers';
import { NOT_ACCEPTED, postedItem, type Item } from './plan-items';

/** What the sheet of a day lists: what is posted, unless its change is on the way. A proposed or failed change has moved nobody. */
export const sheetItems = (posted: Schedule[], underWay: { has(event: number): boolean }): Item[] =>
  posted.filter((one) => !underWay.has(one.event_ref_num)).map(postedItem);

/** What the sheet of a day lacks: the lines of that day, by what became of them. */
function lackingWords(lines: Pick<Item, 'underWay'>[]): string {
  const failed = lines.filter((line) => line.underWay === NOT_ACCEPTED).length;
  const proposed = lines.filter((line) => !line.underWay).length;
  const waiting = lines.length - failed - proposed;
  const parts = [
    proposed ? `${count(proposed, 'proposed event')}, not sent yet` : '',
    waiting ? `${count(waiting, 'approved event')}, not in Crossmark yet` : '',
    failed ? `${count(failed, 'approved event')} that ${failed === 1 ? 'was' : 'were'} not accepted` : '',
  ].filter(Boolean);
  return parts.length ? `Not on this sheet: ${parts.join('; ')}.` : '';
}

/** Who is off, who works all the same, and what the sheet lacks. */
export function sheetWords(
  rows: Pick<Item, 'who' | 'underWay'>[],
  off: { id: string; name: string }[],
  lacking: Pick<Item, 'underWay'>[],
): string[] {
  const isHere = ({ id }: { id: string }) => rows.some((row) => row.who === id);
  const names = (people: { name: string }[]) => listed(people.map((one) => one.name));
  const unsent = rows.filter((row) => row.underWay).length;
  const [away, here] = [off.filter((one) => !isHere(one)), off.filter(isHere)];
  return [
    `Off: ${away.length ? names(away) : 'nobody'}.`,
    here.length ? `Off, but on this sheet: ${names(here)}.` : '',
    unsent ? `Not in Crossmark yet: ${count(unsent, 'event')} of this sheet.` : '',
    rows.length ? '' : 'Nothing is posted on this day.',
    lackingWords(lacking),
  ].filter(Boolean);
}

/** What a dashed entry of a printed week is, as far as the week has such entries. */
export function dashedWords(items: Pick<Item, 'kind' | 'underWay'>[]): string {
  const lines = items.filter((item) => item.kind === 'proposed');
  const kinds = [
    lines.some((line) => !line.underWay) ? 'proposed' : '',
    lines.some((line) => line.underWay && line.underWay !== NOT_ACCEPTED) ? 'approved, not in Crossmark yet' : '',
    lines.some((line) => line.underWay === NOT_ACCEPTED) ? 'approved, not accepted' : '',
  ].filter(Boolean);
  return kinds.length ? ` Dashed: ${kinds.join('; or ')}${kinds.length > 1 ? ', as it says' : ''}.` : '';
}
