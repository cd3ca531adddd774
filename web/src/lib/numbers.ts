/** Formats numbers for people. */

// One formatter: creating it costs more than formatting a thousand numbers.
const english = new Intl.NumberFormat('en-US');

/** `1,204`: rounded to an integer. */
export const formatInteger = (x: number) => english.format(Math.round(x));

/** Points with their sign: `+12`, `−200`, `0`; at most one decimal. */
export function signed(points: number): string {
  const rounded = Math.round(points * 10) / 10;
  const text = english.format(Math.abs(rounded));
  return rounded > 0 ? `+${text}` : rounded < 0 ? `−${text}` : '0';
}

/** Points with their sign and unit: `+1 point`, `−200 points`. */
export function pointsWords(points: number): string {
  const amount = signed(points);
  return `${amount} ${amount === '+1' || amount === '−1' ? 'point' : 'points'}`;
}

/** 0.84 -> `84%` */
export const percent = (share: number) => `${Math.round(share * 100)}%`;

/** `1 line`, `3 lines` */
export const count = (n: number, one: string, many = one + 's') => `${english.format(n)} ${n === 1 ? one : many}`;

/** The text with a capital first letter. */
export const capital = (text: string) => (text ? text[0].toUpperCase() + text.slice(1) : text);

/** `Avery, Nico and Rosa` */
export function listed(words: string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`;
}
