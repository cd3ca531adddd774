import { ApiError } from '../src/lib/api';
import { brokenIn } from '../src/lib/broken';
import { describe, expect, it } from 'vitest';
import type { Choices, ScheduleChanges } from '../src/lib/api-types';
import {
  candidates,
  effectWords,
  giveTo,
  rowsOfChange,
  type Subject,
  swapDay,
  swapOf,
  takeBack,
  defaultStart,
} from '../src/lib/posted-change';
import { line } from './lines';

const subject = (ref: number, who: string, more: Partial<Subject> = {}): Subject => ({
  ref,
  title: 'Peach Tea',
  type: 'Core',
  who,
  whoName: who,
  day: '2026-12-01',
  ...more,
});

describe('a change of posted schedules', () => {
  it.each([
    ['B', '2026-12-01', [{ event_ref_num: 1, employee_id: 'B' }]],
    ['A', '2026-12-02', [{ event_ref_num: 1, schedule_datetime: '2026-12-02' }]],
    ['B', '2026-12-02', [{ event_ref_num: 1, employee_id: 'B', schedule_datetime: '2026-12-02' }]],
    ['A', '2026-12-01', null],
    ['', '2026-12-02', null],
    ['B', '', null],
  ])('gives an event to %s on %s, unless nothing changes or something is missing', (who, day, changes) =>
    expect(giveTo(subject(1, 'A'), who, day)).toEqual(changes),
  );

  it('keeps the start on the same day unless another is chosen; on another day the rules set it', () => {
    const event = subject(1, 'A', { at: 615 });
    const change = (more: object) => [{ event_ref_num: 1, ...more }];
    expect(giveTo(event, 'A', '2026-12-01', '10:15')).toBeNull();
    expect(giveTo(event, 'A', '2026-12-01', '10:45')).toEqual(change({ schedule_datetime: '2026-12-01T10:45:00' }));
    expect(giveTo(event, 'B', '2026-12-01', '10:45')).toEqual(change({ employee_id: 'B', schedule_datetime: '2026-12-01T10:45:00' }));
    expect(giveTo(event, 'A', '2026-12-02', '10:15')).toEqual(change({ schedule_datetime: '2026-12-02T10:15:00' }));
    expect(giveTo(event, 'A', '2026-12-02')).toEqual(change({ schedule_datetime: '2026-12-02' }));
  });

  it('the start without a choice is what the dry run found', () => {
    const event = subject(1, 'A', { at: 645 });
    const dryRunLines = (start: string) => [line(1, { schedule_datetime: start })];
    const day = '2026-12-01';
    expect(defaultStart(event, 'A', day, null)).toEqual({ at: 645, words: '10:45 am, as it is' });
    expect(defaultStart(event, 'B', day, null)).toEqual({ at: 645, words: '10:45 am, if it can stay' });
    expect(defaultStart(event, 'B', day, dryRunLines(`${day}T10:45:00`))).toEqual({ at: 645, words: '10:45 am, as it is' });
    expect(defaultStart(event, 'B', day, dryRunLines(`${day}T10:15:00`))).toEqual({ at: 615, words: '10:15 am, as the rules set it' });
    expect(defaultStart(event, 'B', '2026-12-02', null)).toEqual({ at: null, words: 'As the rules set it' });
    expect(defaultStart(event, 'B', '2026-12-02', dryRunLines('2026-12-02T10:45:00')).words).toBe('10:45 am, as the rules set it');
  });

  it('places an open event only with both a person and a day', () => {
    const openEvent = subject(1, '', { day: '' });
    expect(giveTo(openEvent, 'B', '2026-12-02')).toEqual([{ event_ref_num: 1, employee_id: 'B', schedule_datetime: '2026-12-02' }]);
    expect(giveTo(openEvent, '', '2026-12-02')).toBeNull();
  });

  it('swaps two events, or all events of two people on a day except those that follow another one', () => {
    const [a, b] = [subject(1, 'A'), subject(2, 'B')];
    expect(swapOf(a, b)).toEqual([
      { event_ref_num: 1, employee_id: 'B' },
      { event_ref_num: 2, employee_id: 'A' },
    ]);
    expect(swapOf(a, subject(3, 'A'))).toBeNull();
    const posted = [a, b, subject(4, 'A', { type: 'Supervisor' }), subject(5, 'B', { day: '2026-12-02' }), subject(6, 'C')];
    expect(swapDay('A', 'B', '2026-12-01', posted)?.map((one) => one.event_ref_num)).toEqual([1, 2]);
    expect(swapDay('A', 'D', '2026-12-01', posted)).toEqual([{ event_ref_num: 1, employee_id: 'D' }]);
    expect(swapDay('A', '', '2026-12-01', posted)).toBeNull();
    expect(swapDay('D', 'E', '2026-12-01', posted)).toBeNull();
  });

  it('takes an event back', () => expect(takeBack(subject(1, 'A'))).toEqual([{ event_ref_num: 1, take_back: true }]));

  it('shows each event before and after, and what is sent to Crossmark', () => {
    const from = { employee_id: 'E02', employee_name: 'Nico Oakes', schedule_datetime: '2026-11-26T10:15:00', block: 1 };
    const rows = rowsOfChange([
      line(1, { from, kind: 'moved' }),
      line(2, { from, kind: 'dropped', employee_id: null, employee_name: null, schedule_datetime: null }),
      line(3),
    ]);
    expect(rows.map((row) => [row.before, row.after])).toEqual([
      ['Nico, Thu 26 Nov 10:15 am', 'Avery, Fri 27 Nov 10:15 am'],
      ['Nico, Thu 26 Nov 10:15 am', 'taken back, open again'],
      ['nobody', 'Avery, Fri 27 Nov 10:15 am'],
    ]);
    expect(effectWords({ queued: 2, lines: [], refused: [], points: -200 } as unknown as ScheduleChanges, [])).toBe(
      'Crossmark is told of 2 events. −200 points.',
    );
    expect(effectWords({ queued: 0, lines: [], refused: [], points: 0 } as unknown as ScheduleChanges, [])).toMatch(
      /^Crossmark is not told, because no schedule gets another person or start\. /,
    );
    const refused = [{ line: 'r.1', code: 'RULES_BROKEN', reason: 'Blake has no Core', rules: ['H12'] }];
    expect(effectWords({ queued: 0, lines: [], refused, points: 0 } as unknown as ScheduleChanges, [])).toBe(
      'Nothing would be sent: Blake has no Core.',
    );
  });

  it('reads the broken rules of a refusal', () => {
    const refusal = (code: string) => new ApiError(422, code, '', { violations: [{ rule: 'H3', words: 'taken' }, { rule: 'H4' }] });
    expect(brokenIn(refusal('RULES_BROKEN')).map((one) => one.rule)).toEqual(['H3']);
    for (const other of [refusal('LOCKED'), new ApiError(422, 'RULES_BROKEN', ''), new Error('lost')]) expect(brokenIn(other)).toEqual([]);
  });

  it('ranks people; H15 rules out nobody', () => {
    const people = ['A', 'B', 'C', 'D', 'E'].map((id) => ({ id, name: `${id} Name`, rep_id: 1 }));
    const choices = {
      days: [
        {
          date: '2026-12-01',
          start: null,
          people: [
            { employee_id: 'C', employee_name: 'C Name', points: 5, is_present: false },
            { employee_id: 'B', employee_name: 'B Name', points: 0, is_present: false },
          ],
          cannot: [
            { employee_id: 'D', employee_name: 'D Name', rule: 'H15', words: 'posted' },
            {
              employee_id: 'E',
              employee_name: 'E Name',
              rule: 'H3',
              words: 'E already works Core 31164671 "619044-AF-Cherry Salad" on Tue 1 Dec',
            },
          ],
        },
      ],
      plan_version: 1,
    } as unknown as Choices;
    const { can, cannot } = candidates(people, choices, '2026-12-01', 'A');
    expect(can.map(({ id, note }) => [id, note])).toEqual([
      ['C', '+5 points'],
      ['B', 'same score'],
      ['D', ''],
    ]);
    expect(cannot).toEqual([{ id: 'E', name: 'E Name', note: 'already works Cherry Salad on Tue 1 Dec' }]);
    expect(candidates(people, undefined, '2026-12-01', '').can).toHaveLength(5);
  });
});
