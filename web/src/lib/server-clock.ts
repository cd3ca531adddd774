/** The server's time, from the `Date` header of its answers. Deadlines of the server are counted down by the server's clock. */

/** Smaller differences are ignored, because a `Date` header has whole seconds and an answer takes time. */
const MIN_MS = 2_000;
let ahead = 0;

/** Call with the `Date` header of each answer. */
export function noteServerTime(date: string | null, now = Date.now()) {
  const difference = Date.parse(date ?? '') - now;
  if (Math.abs(difference - ahead) > MIN_MS) ahead = Math.abs(difference) > MIN_MS ? difference : 0;
}

/** The server's time, in milliseconds. */
export const serverNow = () => Date.now() + ahead;

/** Whole seconds since a moment of the server. `now` is the browser's time, in milliseconds. */
export const secondsSince = (moment: string, now = Date.now()) => Math.max(0, Math.round((now + ahead - Date.parse(moment)) / 1000));
