/** The server's time, as its answers tell it: what the server ends at a moment is counted down by its clock, not by the browser's. */

/** A `Date` header names whole seconds, and an answer takes a while: a smaller difference says nothing. */
const LEAST_MS = 2_000;
let ahead = 0;

/** An answer said when it was made. */
export function toldTime(date: string | null, now = Date.now()) {
  const difference = Date.parse(date ?? '') - now;
  if (Math.abs(difference - ahead) > LEAST_MS) ahead = Math.abs(difference) > LEAST_MS ? difference : 0;
}

/** The server's time, in milliseconds. */
export const serverNow = () => Date.now() + ahead;
