/** The texts of a day's printed sheet. */
import { count, listed } from './numbers';
import type { Item } from './plan-items';

/** Who is off, who works all the same, and what the sheet lacks. */
export function sheetWords(rows: Pick<Item, 'who' | 'underWay'>[], off: { id: string; name: string }[], proposed: number): string[] {
  const isHere = ({ id }: { id: string }) => rows.some((row) => row.who === id);
  const names = (people: { name: string }[]) => listed(people.map((one) => one.name));
  const unsent = rows.filter((row) => row.underWay).length;
  const [away, here] = [off.filter((one) => !isHere(one)), off.filter(isHere)];
  return [
    `Off: ${away.length ? names(away) : 'nobody'}.`,
    here.length ? `Off, but on this sheet: ${names(here)}.` : '',
    unsent ? `Not in Crossmark yet: ${count(unsent, 'event')} of this sheet.` : '',
    rows.length ? '' : 'Nothing is posted on this day.',
    proposed ? `Not on this sheet: ${count(proposed, 'proposed event')}, not sent yet.` : '',
  ].filter(Boolean);
}
