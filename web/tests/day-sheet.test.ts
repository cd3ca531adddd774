import { expect, it } from 'vitest';
import { sheetWords } from '../src/lib/day-sheet';

const person = (id: string) => ({ id, name: { A: 'Ana', B: 'Ben', C: 'Cleo' }[id] ?? id });

it.each([
  ['nobody is off', ['A'], [], 0, ['Off: nobody.']],
  ['two are off', ['A'], ['B', 'C'], 0, ['Off: Ben and Cleo.']],
  ['somebody is off but works', ['A', 'B'], ['B', 'C'], 0, ['Off: Cleo.', 'Off, but on this sheet: Ben.']],
  ['only proposed', [], [], 3, ['Off: nobody.', 'Nothing is posted on this day.', 'Not on this sheet: 3 proposed events, not sent yet.']],
  ['one more is proposed', ['A'], [], 1, ['Off: nobody.', 'Not on this sheet: 1 proposed event, not sent yet.']],
] as const)('the sheet of a day: %s', (_, works, off, proposed, words) =>
  expect(
    sheetWords(
      works.map((who) => ({ who, underWay: '' })),
      off.map(person),
      proposed,
    ),
  ).toEqual(words),
);

it('the sheet says how many of its events are not in Crossmark yet', () => {
  const rows = ['not sent yet', 'being sent', ''].map((underWay) => ({ who: 'A', underWay }));
  expect(sheetWords(rows, [], 0)).toEqual(['Off: nobody.', 'Not in Crossmark yet: 2 events of this sheet.']);
});
