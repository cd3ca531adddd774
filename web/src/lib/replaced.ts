const plain = (text: string) => text.toLowerCase().replaceAll('’', "'");

/** A text with one part of it replaced, ignoring case. If it does not contain the part, the whole text is replaced. */
export function replaced(text: string, said: string, by: string): string {
  const at = plain(text).indexOf(plain(said));
  return at < 0 ? by : text.slice(0, at) + by + text.slice(at + said.length);
}
