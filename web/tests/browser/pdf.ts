/** Reads the PDF files that Chromium prints. */
import { inflateSync } from 'node:zlib';

interface Page {
  /** The size of the page, in points. */
  width: number;
  height: number;
  text: string;
}

const STREAM = 'stream\n';

/** The pages of a PDF with their text, in the order in which it is drawn. */
export function pagesOf(pdf: Buffer): Page[] {
  const file = pdf.toString('latin1');
  const objects = new Map([...file.matchAll(/^(\d+) 0 obj\n([^]*?)\nendobj$/gm)].map(([, id, body]) => [id, body]));
  const object = (id: string | undefined) => objects.get(id ?? '') ?? '';
  const stream = (id: string | undefined) => {
    const [head] = object(id).split(STREAM);
    const bytes = Buffer.from(object(id).slice(head.length + STREAM.length, -'\nendstream'.length), 'latin1');
    return (head.includes('/FlateDecode') ? inflateSync(bytes) : bytes).toString('latin1');
  };
  const reference = (name: string, body: string) => new RegExp(`/${name} (\\d+) 0 R`).exec(body)?.[1];
  const pages = [...objects.values()].filter((body) => /\/Type \/Page\b/.test(body));
  return pages.map((page) => {
    const [, width, height] = (/\/MediaBox \[\s*0 0 (\d+) (\d+)/.exec(page) ?? []).map(Number);
    const resources = reference('Resources', page) ? object(reference('Resources', page)) : page;
    const fonts = new Map(
      [...(/\/Font <<([^]*?)>>/.exec(resources)?.[1] ?? '').matchAll(/\/(\w+) (\d+) 0 R/g)].map(([, name, id]) => [
        name,
        charactersOf(stream(reference('ToUnicode', object(id)))),
      ]),
    );
    let font = new Map<number, string>();
    let text = '';
    // `/F1 12 Tf` selects a font, `<0012...>` is text in glyph codes of two bytes, `BT` begins a text object.
    for (const [, name, glyphs] of stream(reference('Contents', page)).matchAll(/\/(\w+) [\d.]+ Tf|<([0-9A-Fa-f]+)>|\bBT\b/g)) {
      if (name) font = fonts.get(name) ?? font;
      else if (glyphs) text += (glyphs.match(/.{4}/g) ?? []).map((glyph) => font.get(parseInt(glyph, 16)) ?? '?').join('');
      else text += ' ';
    }
    return { width, height, text };
  });
}

/** Parses a ToUnicode CMap: the character of each glyph code. Of several characters, as for a ligature, a `bfchar` gives the first. */
function charactersOf(cmap: string): Map<number, string> {
  const found = new Map<number, string>();
  const toCharacter = (hex: string) => String.fromCodePoint(parseInt(hex.slice(0, 4), 16));
  for (const [, list] of cmap.matchAll(/beginbfchar([^]*?)endbfchar/g))
    for (const [, glyph, character] of list.matchAll(/<(\w+)> <(\w+)>/g)) found.set(parseInt(glyph, 16), toCharacter(character));
  for (const [, list] of cmap.matchAll(/beginbfrange([^]*?)endbfrange/g))
    for (const [, first, last, character] of list.matchAll(/<(\w+)> <(\w+)> <(\w+)>/g))
      for (let at = parseInt(first, 16); at <= parseInt(last, 16); at++)
        found.set(at, String.fromCodePoint(parseInt(character, 16) + at - parseInt(first, 16)));
  return found;
}
