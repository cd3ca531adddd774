const folded = (text: string) => text.toLowerCase().replaceAll('’', "'");

/** A text with one part of it replaced, ignoring case. If it does not contain the part, the whole text is replaced. */
export function replaced(text: string, part: string, by: string): string {
  const at = folded(text).indexOf(folded(part));
  return at < 0 ? by : text.slice(0, at) + by + text.slice(at + part.length);
}
