const plain = (text: string) => text.toLowerCase().replaceAll('’', "'");

/** A text with a part of it replaced, however the part is capitalized; where it has no such part, the whole text. */
export function replaced(text: string, said: string, by: string): string {
  const at = plain(text).indexOf(plain(said));
  return at < 0 ? by : text.slice(0, at) + by + text.slice(at + said.length);
}
