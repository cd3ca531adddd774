import { expect, it } from 'vitest';
import type { Schedule } from '../src/lib/api-types';
import { dashedWords, sheetItems, sheetWords } from '../src/lib/day-sheet';
import { NOT_ACCEPTED } from '../src/lib/plan-items';

const person = (id: string) => ({ id, name: { A: 'Ana', B: 'Ben', C: 'Cleo' }[id] ?? id });
const lines = (...underWay: string[]) => underWay.map((one) => ({ kind: 'proposed' as const, underWay: one }));

it.each([
  ['nobody is off', ['A'], [], [], ['Off: nobody.']],
  ['two are off', ['A'], ['B', 'C'], [], ['Off: Ben and Cleo.']],
  ['somebody is off but works', ['A', 'B'], ['B', 'C'], [], ['Off: Cleo.', 'Off, but on this sheet: Ben.']],
  [
    'nothing is posted, and some are proposed',
    [],
    [],
    ['', '', ''],
    ['Off: nobody.', 'Nothing is posted on this day.', 'Not on this sheet: 3 proposed events, not sent yet.'],
  ],
  ['one more is proposed', ['A'], [], [''], ['Off: nobody.', 'Not on this sheet: 1 proposed event, not sent yet.']],
  [
    'some were not accepted',
    ['A'],
    [],
    [NOT_ACCEPTED, NOT_ACCEPTED],
    ['Off: nobody.', 'Not on this sheet: 2 approved events that were not accepted.'],
  ],
  [
    'one of each',
    ['A'],
    [],
    [NOT_ACCEPTED, 'being sent', ''],
    [
      'Off: nobody.',
      'Not on this sheet: 1 proposed event, not sent yet; 1 approved event, not in Crossmark yet; 1 approved event that was not accepted.',
    ],
  ],
] as const)('the sheet of a day: %s', (_, works, off, lacking, words) =>
  expect(
    sheetWords(
      works.map((who) => ({ who, underWay: '' })),
      off.map(person),
      lines(...lacking),
    ),
  ).toEqual(words),
);

it('the sheet says how many of its events are not in Crossmark yet', () => {
  const rows = ['not sent yet', 'being sent', ''].map((underWay) => ({ who: 'A', underWay }));
  expect(sheetWords(rows, [], [])).toEqual(['Off: nobody.', 'Not in Crossmark yet: 2 events of this sheet.']);
});

it('the sheet lists what is posted, also if a change of it is proposed or failed, but not if the change is on its way', () => {
  const posted = [1, 2].map(
    (event_ref_num) => ({ event_ref_num, project_name: 'x', schedule_datetime: '2026-11-24T10:15:00' }) as Schedule,
  );
  expect(sheetItems(posted, new Set([2])).map((item) => item.ref)).toEqual([1]);
});

it.each([
  [[], ''],
  [lines('', ''), ' Dashed: proposed.'],
  [lines(NOT_ACCEPTED), ' Dashed: approved, not accepted.'],
  [lines('', 'being sent', NOT_ACCEPTED), ' Dashed: proposed; or approved, not in Crossmark yet; or approved, not accepted, as it says.'],
  [[{ kind: 'posted' as const, underWay: '' }], ''],
])('a printed week says what its dashed entries are: %j', (items, words) => expect(dashedWords(items)).toBe(words));
