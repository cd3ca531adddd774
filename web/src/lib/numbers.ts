/** Numbers as people read them. */

export const whole = (x: number) => Math.round(x).toLocaleString('en-US');

/** Points with their sign: `+12`, `−200`, `0`; one decimal where there is one. */
export function signed(points: number): string {
  const rounded = Math.round(points * 10) / 10;
  const text = Math.abs(rounded).toLocaleString('en-US');
  return rounded > 0 ? `+${text}` : rounded < 0 ? `−${text}` : '0';
}

/** `1 line`, `3 lines` */
export const count = (n: number, one: string, many = one + 's') => `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`;

/** A sentence begins with a capital letter. */
export const capital = (text: string) => (text ? text[0].toUpperCase() + text.slice(1) : text);

/** `Avery, Nico and Rosa` */
export function listed(words: string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`;
}
