/** The headings of a file, so that somebody can choose among them. Only the server reads the rows under them. */
import { type Column, foundUnder } from './import-columns';

/** Number of rows among which the headings are searched. */
const HEAD_ROWS = 20;
/** Number of bytes of a text file that are read. */
const HEAD_BYTES = 64 * 1024;
/** Maximum size of what is unpacked: a compressed file, or a part of a workbook. */
const MAX_BYTES = 24 * 1024 * 1024;
const DELIMITERS = [',', ';', '\t', '|'];

/** The headings; empty if they cannot be read, so that somebody types them. */
export async function headingsOf(file: Blob, columns: Column[]): Promise<string[]> {
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const content = bytes[0] === 0x1f && bytes[1] === 0x8b ? await unpack(bytes, 'gzip') : bytes;
    if (content[0] === 0x50 && content[1] === 0x4b) return likeliestHeadings([await workbookRows(content)], columns);
    const text = decode(content.subarray(0, HEAD_BYTES));
    return likeliestHeadings(
      DELIMITERS.map((delimiter) => rowsOf(text, delimiter)),
      columns,
    );
  } catch {
    return [];
  }
}

/** The row with the most known headings; if equal, the one with the most cells, then the first. */
export function likeliestHeadings(readings: string[][][], columns: Column[]): string[] {
  const worth = (row: string[]) => columns.filter((column) => foundUnder(column, row)).length * 1000 + row.length;
  let best: string[] = [];
  for (const row of readings.flat()) {
    const cells = [...new Set(row.map((cell) => cell.trim()).filter(Boolean))];
    if (worth(cells) > worth(best)) best = cells;
  }
  return best;
}

export function decode(bytes: Uint8Array): string {
  const [a, b] = bytes;
  if (a === 0xff && b === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (a === 0xfe && b === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  const text = new TextDecoder().decode(bytes);
  // The last character may be cut.
  return text.slice(0, -1).includes('\ufffd') ? new TextDecoder('windows-1252').decode(bytes) : text;
}

/** The first rows of delimited text; line breaks and delimiters in quotes belong to the cell. */
export function rowsOf(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  let [row, cell, quoted]: [string[], string, boolean] = [[], '', false];
  const endRow = () => {
    row.push(cell);
    if (row.some((one) => one.trim())) rows.push(row);
    [row, cell] = [[], ''];
  };
  for (let i = 0; i < text.length && rows.length < HEAD_ROWS; i++) {
    const char = text[i];
    if (char === '"' && quoted && text[i + 1] === '"') cell += text[i++];
    else if (char === '"' && (quoted || !cell)) quoted = !quoted;
    else if (quoted) cell += char;
    else if (char === delimiter) {
      row.push(cell);
      cell = '';
    } else if (char === '\n') endRow();
    else if (char !== '\r') cell += char;
  }
  if (rows.length < HEAD_ROWS) endRow();
  return rows;
}

/** The first rows of a workbook's first sheet. */
async function workbookRows(bytes: Uint8Array): Promise<string[][]> {
  const parts = partsOf(bytes);
  const sheet = [...parts.keys()].filter((name) => /^xl\/worksheets\/[^/]+\.xml$/.test(name)).sort()[0];
  const read = async (name: string) => {
    const part = parts.get(name);
    return part ? new DOMParser().parseFromString(new TextDecoder().decode(await part()), 'application/xml') : null;
  };
  const texts = (of: Element) => [...of.getElementsByTagName('t')].map((one) => one.textContent).join('');
  const shared = [...((await read('xl/sharedStrings.xml'))?.getElementsByTagName('si') ?? [])].map(texts);
  const rows = [...((await read(sheet))?.getElementsByTagName('row') ?? [])].slice(0, HEAD_ROWS);
  const cellText = (cell: Element) => {
    const value = cell.getElementsByTagName('v')[0]?.textContent ?? '';
    return cell.getAttribute('t') === 's' ? (shared[Number(value)] ?? '') : value || texts(cell);
  };
  return rows.map((row) => [...row.getElementsByTagName('c')].map(cellText));
}

/** The parts of a ZIP archive by name, unpacked when they are asked for. */
function partsOf(bytes: Uint8Array): Map<string, () => Promise<Uint8Array>> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  while (end > 0 && view.getUint32(end, true) !== 0x06054b50) end--;
  const parts = new Map<string, () => Promise<Uint8Array>>();
  let at = view.getUint32(end + 16, true);
  for (let n = view.getUint16(end + 10, true); n > 0; n--) {
    const [method, size, name, extra, comment, local] = [
      view.getUint16(at + 10, true),
      view.getUint32(at + 20, true),
      view.getUint16(at + 28, true),
      view.getUint16(at + 30, true),
      view.getUint16(at + 32, true),
      view.getUint32(at + 42, true),
    ];
    parts.set(new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + name)), async () => {
      const from = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
      const packed = bytes.subarray(from, from + size);
      return method ? unpack(packed, 'deflate-raw') : packed;
    });
    at += 46 + name + extra + comment;
  }
  return parts;
}

async function unpack(bytes: Uint8Array, format: CompressionFormat): Promise<Uint8Array> {
  const reader = new Blob([bytes as BlobPart]).stream().pipeThrough(new DecompressionStream(format)).getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    size += value.length;
    if (size > MAX_BYTES) throw new Error('too large');
  }
  return new Uint8Array(await new Blob(chunks as BlobPart[]).arrayBuffer());
}
