/** Where the events of a day are drawn on the floor: each at its own hour, in as many rows as it takes so that none covers another. */
import type { Item } from './plan-items';

/** The minutes below which an event is drawn as a square instead of a bar. */
const SHORT_BAR = 60;
/** Width of the squares that stand for short events, whatever their length. */
const SQUARE_PX = 34;

type Timed = Pick<Item, 'at' | 'minutes'>;

export const isSquare = (item: Timed) => item.minutes < SHORT_BAR;

export interface Hours {
  /** Full hours, in minutes of the day. */
  first: number;
  last: number;
}

/** The hours that a lane of this width in pixels must have so that every event is drawn in full, at least these. */
export function hoursOf(items: Timed[], from: number, to: number, lane: number): Hours {
  const first = Math.min(from, ...items.map((item) => Math.floor(item.at / 60) * 60));
  const bars = 1 - Math.min(0.5, SQUARE_PX / Math.max(1, lane));
  const end = (item: Timed) => (isSquare(item) ? first + (item.at - first) / bars : item.at + item.minutes);
  return { first, last: Math.max(to, ...items.map((item) => Math.ceil(end(item) / 60) * 60)) };
}

/** The events of one person in rows, each in the first row that has room: first the bars, then the squares. */
export function rowsOf<T extends Timed>(items: T[], { first, last }: Hours, lane: number): T[][] {
  const square = (SQUARE_PX / Math.max(1, lane)) * (last - first);
  const end = (item: T) => item.at + (isSquare(item) ? square : item.minutes);
  const rows: T[][] = [];
  for (const item of items.toSorted((a, b) => Number(isSquare(a)) - Number(isSquare(b)) || a.at - b.at)) {
    const row = rows.find((row) => row.every((one) => end(one) <= item.at || end(item) <= one.at));
    if (row) row.push(item);
    else rows.push([item]);
  }
  return rows.map((row) => row.toSorted((a, b) => a.at - b.at));
}
