import { describe, expect, it } from 'vitest';
import type { Draft, DraftOutcome } from '../src/lib/api-types';
import { askedWords, isUndecided, outcomeOf, sendsSomething, timeLeft } from '../src/lib/drafts';

const none: DraftOutcome = { run_id: null, approval_id: null, trial_id: null, fact: null, finding_id: null, line_ids: [] };
const effect = (events: number): Draft['effect'] => ({
  lines: Array.from({ length: events }, (_, n) => ({
    what: 'moved' as const,
    event_ref_num: n + 1,
    project_name: 'x',
    event_type: 'Core',
    line_id: null,
    before: null,
    after: null,
    text: '',
  })),
  breaks: [],
  points: null,
  terms: {},
  notes: [],
});

describe('drafts', () => {
  it.each([
    ['2026-11-24T10:10:00Z', '10:00'],
    ['2026-11-24T10:00:05.400Z', '0:06'],
    ['2026-11-24T10:00:00Z', ''],
    ['2026-11-24T09:00:00Z', ''],
  ])('with expiry %s the time left is %s', (expires, left) => expect(timeLeft(expires, Date.parse('2026-11-24T10:00:00Z'))).toBe(left));

  it.each([
    ['schedules', { ...none, run_id: 'r', approval_id: 'a' }, 2, '2 events were approved for Crossmark.', '#/submissions'],
    ['retry', { ...none, line_ids: ['r.1'] }, 1, '1 event was approved for Crossmark.', '#/submissions'],
    ['edit_line', { ...none, line_ids: ['run-1.201'] }, 1, 'The proposal is changed. Nothing was sent.', '#/review?sel=run-1.201'],
    ['run_now', { ...none, run_id: 'r' }, 0, 'A run was started.', '#/review'],
    ['try', { ...none, trial_id: 't1' }, 0, 'The trial was begun.', '#/compare/t1'],
    ['time_off', { ...none, fact: 'time_off:E1' }, 0, 'It is saved.', '#/team'],
    ['rotation_exception', { ...none, fact: 'exception:2026-11-24' }, 0, 'It is saved.', '#/rotations'],
    ['ignore_finding', { ...none, finding_id: 'f' }, 0, 'The issue is ignored.', '#/fix'],
  ] as const)('%s has an outcome in words and a link to its page', (kind, outcome, events, text, href) =>
    expect(outcomeOf({ kind, outcome: { ...outcome, line_ids: [...outcome.line_ids] }, effect: effect(events) })).toMatchObject({
      text,
      href,
    }),
  );

  it('an outcome that is missing or names nothing has no words', () => {
    expect(outcomeOf({ kind: 'run_now', outcome: null, effect: effect(0) })).toBeNull();
    expect(outcomeOf({ kind: 'hold_line', outcome: none, effect: effect(0) })).toBeNull();
  });

  it('state who asked, whether they send something, and whether they are undecided', () => {
    expect(askedWords({ asked_by: 'Vera', through: 'mcp' })).toBe('Vera asked for it through an assistant');
    expect(askedWords({ asked_by: 'Vera', through: 'find' })).toBe('Vera asked for it in Find');
    expect((['call_out', 'hold_line', 'try'] as const).map((kind) => sendsSomething({ kind }))).toEqual([true, false, false]);
    expect((['open', 'failed', 'confirming', 'expired'] as const).map((status) => isUndecided({ status }))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
