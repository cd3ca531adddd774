import { describe, expect, it } from 'vitest';
import type { ImportPreview, ImportRow } from '../src/lib/api-types';
import { decode, headingsOf, likeliestHeadings, rowsOf } from '../src/lib/file-headings';
import { fileKind, fileKinds, foundUnder, mappingOf } from '../src/lib/import-columns';
import {
  cellWords,
  countsWords,
  detailsOf,
  grouped,
  previewDifferenceWords,
  refusalWords,
  reportWords,
  rowCount,
  rowsToSave,
  subjectWords,
  wrongRows,
} from '../src/lib/imports';

const field = (column: string, old: string, now: string) => ({ column, old, new: now });
const row = (of: string, known: boolean, ...fields: ImportRow['fields']): ImportRow => ({ of, known, fields });
const preview = (more: Partial<ImportPreview> = {}): ImportPreview => ({
  success: true,
  saved: false,
  effect: null,
  kind: 'employees',
  digest: 'd1',
  new: 1,
  changed: 1,
  unchanged: 10,
  wrong: 3,
  rows: [
    row('X9', false, field('Employee ID', '', 'X9'), field('Name', '', 'Nina New')),
    row('E03', true, field('Name', 'Avery', 'Avery Y.')),
  ],
  wrong_cells: [],
  interrupted: null,
  ...more,
});
const nameOf = (id: string) => ({ E01: 'Wren Elm', E03: 'Avery' })[id];

describe('the counts of a file', () => {
  it('add up to its rows', () => {
    expect(rowCount(preview())).toBe(15);
    expect(rowsToSave(preview())).toBe(2);
    expect(countsWords(preview())).toBe('15 rows: 1 new, 1 changed, 10 unchanged, 3 wrong');
    expect(countsWords(preview({ new: 1204, changed: 0, unchanged: 0, wrong: 0 }))).toBe(
      '1,204 rows: 1,204 new, 0 changed, 0 unchanged, 0 wrong',
    );
  });

  it('add up in the report', () => {
    expect(reportWords(preview())).toBe('2 of 15 rows saved: 1 new, 1 changed. 10 were unchanged, 3 were wrong and left out.');
    expect(reportWords(preview({ new: 0, changed: 0, wrong: 1 }))).toBe(
      'None of 11 rows had to be saved. 10 were unchanged, 1 was wrong and left out.',
    );
  });

  it('include rows that are counted but not listed', () => {
    const { fresh, changed } = grouped(preview({ new: 300, changed: 20, rows: [row('X9', false)] }));
    expect([fresh.rows.length, fresh.total, changed.rows.length, changed.total]).toEqual([1, 300, 0, 20]);
  });
});

it('wrong cells are grouped by row', () => {
  const cell = (row: number, column: string) => ({ row, column, found: '"x"', expected: 'yes or no' });
  const rows = wrongRows([cell(2, 'Rep ID'), cell(3, 'Active'), cell(3, 'Name'), cell(16, 'Rep ID')]);
  expect(rows.map(({ row, cells }) => [row, cells.length])).toEqual([
    [2, 1],
    [3, 2],
    [16, 1],
  ]);
});

describe("a cell has dates and times in the client's format", () => {
  it.each([
    ['Start Date/Time', '11/07/2026 12:00:00 AM', 'Sat 7 Nov 2026'],
    ['Schedule Date/Time', '11/03/2026 01:15:00 PM', 'Tue 3 Nov 2026, 1:15 pm'],
    ['Due Date/Time', '11/21/2026 12:01:00 AM', 'Sat 21 Nov 2026, 12:01 am'],
    ['Schedule Date/Time', '11/03/2026 12:00:00 PM', 'Tue 3 Nov 2026, 12:00 pm'],
    ['First Day', '2026-12-24', 'Thu 24 Dec 2026'],
    ['Tuesday', '08:00-14:00', '8:00 am to 2:00 pm'],
    ['Tuesday', '18:00-24:00', '6:00 pm to midnight'],
    ['Tuesday', 'yes', 'yes'],
    ['Estimated Time', '390', '390 min'],
    ['Name', '2026', '2026'],
    ['Termination Date', '2026-01-22', 'Thu 22 Jan 2026, so the last day is Wed 21 Jan'],
    ['Termination Date', '', ''],
  ])('%s: %s', (column, text, words) => expect(cellWords(column, text)).toBe(words));
});

describe('a row is named', () => {
  it.each([
    ['employees', row('E03', true), 'Avery (E03)'],
    ['employees', row('X9', false, field('Name', '', 'Nina New')), 'Nina New (X9)'],
    ['time_off', row('E01 2026-12-24 to 2026-12-24', false), 'Wren Elm (E01), 24 Dec'],
    ['availability', row('E01 2026-12-01 to 2026-12-24', true), 'Wren Elm (E01), 1 Dec to 24 Dec'],
    ['availability', row('E07', true), 'E07'],
    ['visits', row('31164200', true, field('Project Name', 'a', 'b')), 'Event 31164200'],
    ['visits', row('31164200', false, field('Project Name', '', 'Oat Latte')), '31164200 Oat Latte'],
  ] as const)('after its person or event in a file of %s', (kind, one, words) => expect(subjectWords(kind, one, nameOf)).toBe(words));

  it('without the columns that its title shows', () => {
    const newRow = row('X9', false, field('Employee ID', '', 'X9'), field('Name', '', 'Nina New'), field('Active', '', 'yes'));
    expect(detailsOf(newRow).map((one) => one.column)).toEqual(['Active']);
    expect(detailsOf(row('E03', true, field('Name', 'Avery', 'Avery Y.')))).toHaveLength(1);
  });
});

describe('the differences between two previews', () => {
  const name = (one: ImportRow) => subjectWords('employees', one, nameOf);
  it('are counted and named', () => {
    const now = preview({ changed: 0, unchanged: 11, rows: preview().rows.slice(0, 1) });
    expect(previewDifferenceWords(preview(), now, name)).toBe(
      'The preview said 15 rows: 1 new, 1 changed, 10 unchanged, 3 wrong; now the file gives 15 rows: 1 new, 0 changed, 11 unchanged, 3 wrong. Different now: Avery (E03).',
    );
  });
  it('include rows with only another value', () => {
    const [fresh] = preview().rows;
    const now = preview({ rows: [fresh, row('E03', true, field('Name', 'Avery Q', 'Avery Y.'))] });
    expect(previewDifferenceWords(preview(), now, name)).toBe('Different now: Avery (E03).');
  });
  it('have a sentence even if no listed row differs', () =>
    expect(previewDifferenceWords(preview(), preview({ digest: 'd2' }), name)).toBe(
      'The changes to the rows listed here are still the same.',
    ));
});

it.each([
  ['people.csv', 0, 'The file is empty.'],
  ['people.csv', 4 * 1024 * 1024, ''],
  ['people.csv', 5 * 1024 * 1024, 'The file has 5.0 MB. The limit is 4 MB.'],
  ['people.xls', 100, 'This is the old Excel format. Save it as .xlsx or CSV, and choose that.'],
  ['people.xlsx', 100, ''],
])('%s of %d bytes: %s', (name, size, words) => expect(refusalWords({ name, size })).toBe(words));

describe('columns', () => {
  const { columns } = fileKind('time_off');

  it('are found by any of their spellings, whatever the case and the blanks', () => {
    expect(foundUnder(columns[0], ['First Day', ' EMPLOYEE  id '])).toBe(' EMPLOYEE  id ');
    expect(foundUnder(columns[1], ['Off from'])).toBe('Off from');
    expect(foundUnder(columns[1], ['When'])).toBeUndefined();
  });

  it('are mapped only if the server does not find them by itself', () =>
    expect(mappingOf(columns, { employee_id: 'Emp #', start: 'first day', end: '' })).toEqual({ employee_id: 'Emp #' }));

  it('have distinct names in every kind', () => {
    for (const kind of fileKinds) expect(new Set(kind.columns.map((one) => one.key)).size).toBe(kind.columns.length);
  });
});

describe('the headings of a file', () => {
  const { columns } = fileKind('time_off');
  const heads = (text: string | Uint8Array) => headingsOf(new Blob([text as BlobPart]), columns);

  it('are found in quotes, below a title row, with any delimiter', async () => {
    expect(await heads('"Emp #","First\nDay",Last Day\nE01,2026-12-24,\n')).toEqual(['Emp #', 'First\nDay', 'Last Day']);
    expect(await heads('Days off of club 8135\n\nEmp #;First Day;Last Day\nE01;2026-12-24;\n')).toEqual(['Emp #', 'First Day', 'Last Day']);
    expect(await heads('a\tb\tc\n1\t2\t3\n')).toEqual(['a', 'b', 'c']);
    expect(await heads('')).toEqual([]);
  });

  it('are decoded as the server decodes them', () => {
    expect(decode(new Uint8Array([0xff, 0xfe, 0x4e, 0]))).toBe('N');
    expect(decode(new Uint8Array([0x4e, 0xe9, 0x6d]))).toBe('Ném');
    expect(decode(new TextEncoder().encode('Né'))).toBe('Né');
  });

  it('keep doubled quotes', () => expect(rowsOf('"a ""b""",c', ',')).toEqual([['a "b"', 'c']]));

  it('are those of the row with the most known headings', () =>
    expect(likeliestHeadings([[['a', 'b', 'c', 'd']], [['Employee ID', 'First Day']]], columns)).toEqual(['Employee ID', 'First Day']));

  it('are read from gzip, and are empty if the file is damaged', async () => {
    const packed = await new Response(new Blob(['Emp #,First Day\n']).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer();
    expect(await heads(new Uint8Array(packed))).toEqual(['Emp #', 'First Day']);
    expect(await heads(new Uint8Array([0x50, 0x4b, 3, 4, 0]))).toEqual([]);
  });
});
