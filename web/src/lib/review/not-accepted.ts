/** The events of a proposal that failed or are being checked, as Review lists and counts them. */
import type { Line } from '../api-types';
import { isBeingChecked, needsYou } from '../submissions';
import { linesOf, type Row } from './rows';

/** An event, with the other one of its pair if that is in the same state: then one act is about both. */
export interface NotAccepted {
  line: Line;
  along: Line | null;
}

export function notAccepted(rows: Row[]): NotAccepted[] {
  return rows.flatMap((row): NotAccepted[] => {
    const lines = linesOf(row).filter((line) => needsYou(line) || isBeingChecked(line));
    const [line, along] = lines;
    return along && along.status === line.status ? [{ line, along }] : lines.map((one) => ({ line: one, along: null }));
  });
}
