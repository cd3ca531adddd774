import { describe, expect, test } from 'vitest';
import type { Finding, FixesApplied, HealthOfWeek, PlanDifference, TrialResult, WayOut } from '../src/lib/api-types';
import { calloutOption, equalWords, informWords, isOneWay, optionWords, shownFor } from '../src/lib/callout';
import {
  changesWords,
  healthWords,
  openFindings,
  judgedWords,
  namesIn,
  nextOpen,
  plainText,
  sentWords,
  tallyOf,
  tellsWords,
  unnamedIn,
} from '../src/lib/fixes';
import { differsWords } from '../src/lib/review/differs';
import { runKind } from '../src/lib/run';
import { namesOf } from '../src/lib/trials';
import { couple } from './lines';

const finding = (id: string, more: Partial<Finding> = {}): Finding => ({
  id,
  rule: 'W4',
  title: '',
  severity: 'warning',
  date: '2026-11-27',
  week: null,
  employee_id: null,
  employee_name: null,
  event_ref_nums: [],
  text: '',
  ignored: null,
  ...more,
});

describe('findings', () => {
  test('critical findings come first, then the earlier date; ignored ones are left out', () => {
    const ignored = { by: 'vera', at: '', reason: '', until: '2026-11-28' };
    const items = [
      finding('late', { date: '2026-11-28' }),
      finding('early', { date: '2026-11-22' }),
      finding('ignored', { ignored }),
      finding('bad', { severity: 'critical', date: '2026-11-28' }),
      finding('week', { date: null, week: '2026-11-22', severity: 'critical' }),
      finding('info', { severity: 'info', date: '2026-11-20' }),
    ];
    expect(openFindings(items).map((one) => one.id)).toEqual(['week', 'bad', 'early', 'late', 'info']);
  });

  test('events are named by their titles, and the words before them stay', () => {
    const give = 'give Core 31164334 "618917-Bluefern-Lemon Tart (261019537309…" to Avery, same time';
    expect(plainText(give)).toBe('Give Bluefern Lemon Tart (Core) to Avery, same time');
    expect(namesIn([give]).get(31164334)).toBe('Bluefern Lemon Tart (Core)');
    // The server cut the first name before its end, the second one after it.
    const twins = 'Thu 11 Jun has 2 Core of ORANGE: Core 31000001 "619001-LKD-Orange Juice" and Core 31000002 "619002-LKD-Orange Juice"';
    expect(plainText(twins)).toBe('Thu 11 Jun has 2 Core of ORANGE: Orange Juice (Core) 31000001 and Orange Juice (Core) 31000002');
    expect(plainText('Core 31164335 "621033-LKD-INTERACTDEMO-CF-Sliders / Pot…" is late')).toBe('Sliders / Pot… (Core) is late');
    expect(plainText('Core 31164335 "621033-LKD-INTERACTDEMO-CF-Mango Slices …" is late')).toBe('Mango Slices… (Core) is late');
    expect(plainText('Jordan is the lead of Thu 19 Nov')).toBe('Jordan is the lead of Thu 19 Nov');
  });

  test('events that no text names are called as posted schedules and lines call them, each with its own type', () => {
    const lines = couple(31000559, 31000558);
    const names = namesIn(['Take it back, with its Supervisor'], lines);
    const change = { kind: 'schedule' as const, before: null, after: null, told_to_crossmark: true };
    const whats = (refs: number[], namesByRef: Map<number, string>, text = 'Take it back, with its Supervisor') =>
      changesWords({ changes: refs.map((event_ref_num) => ({ ...change, event_ref_num })), text }, namesByRef).map((one) => one.what);
    const [core, supervisor] = [31000559, 31000558];
    expect(whats([supervisor, core], names)).toEqual(['Cherry Salad (Supervisor)', 'Cherry Salad (Core)']);
    // The event that moves along is called by its type only if every other event has a name.
    expect(whats([supervisor, core], new Map([[core, 'Rye (Core)']]))).toEqual(['Its Supervisor', 'Rye (Core)']);
    expect(whats([supervisor, core], new Map([[supervisor, 'Rye (Supervisor)']]))).toEqual(['Rye (Supervisor)', `Event ${core}`]);
    expect(whats([supervisor, core], new Map())).toEqual([`Event ${supervisor}`, `Event ${core}`]);
    const harper = finding('a', { text: 'Harper has time off on Mon 26 Jan', event_ref_nums: [31000559] });
    expect(unnamedIn(harper, names)).toEqual(['Cherry Salad (Core)']);
    const namedInText = finding('b', { text: 'Core 31000559 "619044-LKD-AF-Cherry Salad (25…" is late', event_ref_nums: [31000559] });
    expect([unnamedIn(namedInText, names), unnamedIn({ ...harper, event_ref_nums: [9] }, names)]).toEqual([[], []]);
  });

  test('a change is shown before and after', () => {
    const changeWords = (one: WayOut['changes'][number], namesByRef: Map<number, string>) =>
      changesWords({ changes: [one], text: '' }, namesByRef)[0];
    const before = { employee_id: 'E10', employee_name: 'Shiloh Dale', schedule_datetime: '2026-11-20T10:15:00', block: 1 };
    const after = { ...before, employee_id: 'E03', employee_name: 'Avery Yarrow' };
    const change = { kind: 'schedule' as const, event_ref_num: 7, before, after, told_to_crossmark: true };
    expect(changeWords(change, new Map([[7, 'Lemon Tart']]))).toEqual({
      what: 'Lemon Tart',
      before: 'Shiloh, Fri 20 Nov 10:15 am',
      after: 'Avery, same time',
      sent: true,
    });
    expect(changeWords({ ...change, after: null }, new Map()).after).toBe('taken back');
    expect(changeWords({ ...change, after: { ...before, block: 2 }, told_to_crossmark: false }, new Map())).toMatchObject({
      before: 'block 1',
      after: 'block 2',
      sent: false,
    });
    const option = { id: 'a', kind: 'give', text: '', points: 1, removes: 1, shrinks: 0, changes: [change] } satisfies WayOut;
    expect(tellsWords(option)).toBe('Crossmark is told of 1 event.');
    expect(tellsWords({ ...option, changes: [{ ...change, told_to_crossmark: false }] })).toBe(
      'Crossmark is not told, because no schedule gets another person or start.',
    );
    expect(tellsWords({ ...option, changes: [] })).toBe('Nothing changes.');
  });

  test('the next open finding skips decided ones; there is none at the end', () => {
    const findings = ['a', 'b', 'c', 'd'].map((id) => finding(id));
    expect(nextOpen(findings, 0, new Set(['b']))).toBe(2);
    expect(nextOpen(findings, 3, new Set())).toBe(4);
    expect(nextOpen(findings, -1, new Set(['a', 'b', 'c', 'd']))).toBe(4);
  });

  test('fixed and left findings add up, even if a fix removes findings of other weeks', () => {
    const findings = ['a', 'b', 'c'].map((id) => finding(id));
    const preview = {
      gone: ['a', 'b', 'of another week'],
      not_needed: [],
      rotations: [{ kind: 'rotation', date: '2026-11-20', employee_id: 'E1', employee_name: null, rotation_type: 'juicer' }],
      blocks: [],
      changes: { queued: 2, refused: [] } as unknown as FixesApplied['changes'],
    } satisfies FixesApplied;
    const tally = tallyOf(findings, preview);
    expect([tally.fixed.length, tally.left.length, tally.changes]).toEqual([2, 1, 3]);
    expect(tallyOf(findings, null).left.length).toBe(3);
    expect(sentWords(preview)).toBe('2 events go to Crossmark. 1 rotation is changed.');
    expect(sentWords({ ...preview, changes: null })).toBe('Nothing goes to Crossmark. 1 rotation is changed.');
  });

  test('the health of a week is given in words', () => {
    const health = { critical: 2, warnings: 1, info: 0, ignored: 1 } as HealthOfWeek;
    expect(healthWords(health)).toBe('2 critical, 1 warning, 1 ignored');
    expect(healthWords({ ...health, critical: 0, warnings: 0, ignored: 0 })).toBe('nothing wrong');
    // The server counts approved events as posted, also while they can be recalled.
    expect([judgedWords({ schedules: 17 }), judgedWords({ schedules: 1 })]).toEqual([
      '17 schedules that are posted or approved',
      '1 schedule that is posted or approved',
    ]);
  });
});

describe('a call-out', () => {
  const names = namesOf([
    { id: 'E1', name: 'Wren Elm' },
    { id: 'E2', name: 'Jordan Thorne' },
    { id: 'E3', name: 'Noel Willow' },
  ]);
  const spot = (employee_id: string, start: string) => ({ employee_id, start, block: null });
  const line = (ref: number, before: PlanDifference['before'], after: PlanDifference['after']): PlanDifference => ({
    event_ref_num: ref,
    event_type: 'Core',
    project_name: '619023-CF-Spinach Dip (261010537293) - V2-CORE',
    what: 'person',
    before,
    after,
  });
  const result = (lines: PlanDifference[], open: TrialResult['open'] = []) => ({ lines, open, under_way: [] }) as unknown as TrialResult;
  const at = '2026-11-27T10:15:00';

  test('has the refilled events, the moves, the people to inform and the open events', () => {
    const fits = {
      employee_id: 'E3',
      date: '2026-11-27',
      rule: null,
      schedule_datetime: '2026-11-27T12:00:00',
      text: 'Noel Willow could take it, if it starts at 12:00',
    };
    const option = calloutOption(
      result(
        [
          line(1, spot('E1', at), spot('E2', at)),
          line(2, spot('E1', at), null),
          line(3, spot('E3', at), spot('E2', '2026-11-28T10:15:00')),
        ],
        [{ event_ref_num: 2, reason: 'nobody is free', rules: ['H2'], fits_if: [fits] }],
      ),
      'E1',
      names,
      new Set(),
    );
    expect(option.refilled.map((one) => one.words)).toEqual(['Fri 27 Nov 10:15 am to Jordan, same time']);
    expect(option.moved.map((one) => one.words)).toEqual(['Noel, Fri 27 Nov 10:15 am → Jordan, Sat 28 Nov 10:15 am']);
    expect(option.open).toEqual([
      {
        ref: 2,
        type: 'Core',
        title: 'Spinach Dip',
        reason: 'nobody is free',
        fits: ['Noel Willow could take it, if it starts at 12:00 pm'],
      },
    ]);
    expect(informWords(option)).toBe('Jordan and Noel');
    expect(optionWords(option)).toBe('1 of 2 events refilled, 1 schedule of others changes');
  });

  test('a Supervisor of somebody else that goes along with its Core does not count as a move of others', () => {
    const of = (ref: number, number: string, before: string, after: string | null): PlanDifference => ({
      ...line(ref, spot('E3', before), after ? spot('E3', after) : null),
      event_type: 'Supervisor',
      project_name: `${number}-CF-Spinach Dip (261010537293) - V2-Supervisor`,
    });
    const core = line(1, spot('E1', at), spot('E2', '2026-11-28T10:15:00'));
    const along = of(2, '619023', '2026-11-27T12:00:00', '2026-11-28T12:00:00');
    const option = calloutOption(result([core, along]), 'E1', names, new Set());
    expect(option.moved.map((one) => one.along)).toEqual([true]);
    expect(optionWords(option)).toBe('1 of 1 event refilled, nobody else moves, except 1 event that goes along');
    expect(informWords(option)).toBe('Jordan and Noel');
    const otherSupervisor = of(3, '619024', '2026-11-27T12:00:00', null);
    expect(optionWords(calloutOption(result([core, along, otherSupervisor]), 'E1', names, new Set()))).toBe(
      '1 of 1 event refilled, 1 schedule of others changes, and 1 event that goes along',
    );
  });

  test('an event that the absent person works on another day is refilled, and they must be told', () => {
    const option = calloutOption(result([line(1, spot('E1', at), spot('E1', '2026-11-30T10:15:00'))]), 'E1', names, new Set());
    expect(option.refilled.map((one) => one.words)).toEqual(['Fri 27 Nov 10:15 am moves to Mon 30 Nov 10:15 am, still with Wren']);
    expect([optionWords(option), informWords(option)]).toEqual(['1 of 1 event refilled, nobody else moves', 'Wren']);
  });

  test("an event that somebody else loses does not count as an open event of the absent person's", () => {
    const core = line(1, spot('E1', at), spot('E2', at));
    const lost: PlanDifference = {
      ...line(2, spot('E3', '2026-11-27T12:00:00'), null),
      event_type: 'Supervisor',
      project_name: '619023-CF-Spinach Dip (261010537293) - V2-Supervisor',
    };
    const openEvent = { event_ref_num: 2, reason: 'its Core has no place', fits_if: [] } as unknown as TrialResult['open'][number];
    const option = calloutOption(result([core, lost], [openEvent]), 'E1', names, new Set());
    expect([option.open, option.moved.map((one) => one.ref)]).toEqual([[], [2]]);
    expect(optionWords(option)).toBe('1 of 1 event refilled, nobody else moves, except 1 event that goes along');
  });

  test('an event on its way to Crossmark is named as one that waits, not as one that is refilled or open', () => {
    const words = 'Core 31164334 "618917-LKD-AF-Lemon Tart (2610)" is on its way to Crossmark: wait for the answer, then cover it';
    const waiting = calloutOption({ ...result([]), under_way: [words] }, 'E1', names, new Set());
    expect(waiting.waits).toEqual(['Lemon Tart is on its way to Crossmark: wait for the answer, then cover it.']);
    expect([waiting.open, optionWords(waiting)]).toEqual([[], 'Nothing can be covered before Crossmark has answered.']);
  });

  test('an event that somebody without a Crossmark number gets is refilled, but cannot be sent', () => {
    const lines = [line(1, spot('E1', at), spot('E2', at)), line(2, spot('E1', at), spot('E3', at))];
    const option = calloutOption(result(lines), 'E1', names, new Set(['E3']));
    expect([option.unknown, option.refilled.length, option.sendable]).toEqual([['Noel Willow'], 2, 1]);
  });

  test('only equal options are described as equal', () => {
    const one = calloutOption(result([line(1, spot('E1', at), spot('E2', at))]), 'E1', names, new Set());
    const other = calloutOption(result([line(1, spot('E1', at), spot('E3', at))]), 'E1', names, new Set());
    const less = calloutOption(result([line(1, spot('E1', at), null)]), 'E1', names, new Set());
    expect([isOneWay([one, one, one]), isOneWay([one, one, undefined]), isOneWay([one, one, other])]).toEqual([true, false, false]);
    expect(equalWords([one, one, one], 0)).toBe('The other ways give the same plan.');
    expect(equalWords([one, one, other], 0)).toBe('“A few others may move” gives the same plan.');
    expect([0, 1, 2].map((n) => shownFor([one, one, other], n))).toEqual([0, 0, 2]);
    expect([0, 1, 2].map((n) => shownFor([undefined, one, one], n))).toEqual([0, 1, 1]);
    expect(equalWords([one, other], 1)).toBe('Saves as much as “Nobody else moves”, in another way.');
    expect(equalWords([less, one], 1)).toBe('');
    expect(equalWords([undefined, one], 1)).toBe('');
    expect(less.open.map((one) => one.type)).toEqual(['Core']);
    expect(optionWords(calloutOption(result([]), 'E1', names, new Set()))).toBe(
      'They have no posted event on these days that has not begun.',
    );
  });
});

test('a line names its place in the previous proposal', () => {
  const from = { employee_id: 'E1', employee_name: 'Rosa Kettle', schedule_datetime: '2026-11-27T10:15:00', block: null };
  expect(differsWords({ differs: null })).toBe('');
  expect(differsWords({ differs: { from, why: 'Rosa is off that day', rules: ['H2'] } })).toBe(
    'In the previous proposal it was with Rosa on Fri 27 Nov 10:15 am: Rosa is off that day.',
  );
  expect(differsWords({ differs: { from, why: '', rules: [] } })).toMatch(/That place still keeps every rule\.$/);
});

test('only automatic runs are night runs', () => {
  expect(Object.entries(runKind).filter(([, words]) => /night/i.test(words))).toEqual([['automatic', 'night run']]);
});
