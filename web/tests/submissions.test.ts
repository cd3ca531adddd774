import { describe, expect, it } from 'vitest';
import type { Elsewhere, Dashboard, Line } from '../src/lib/api-types';
import {
  acceptedIn,
  droppedWords,
  underWayWords,
  byCause,
  byNeed,
  canRetry,
  failureText,
  triesOf,
  helpWords,
  nameOf,
  retriedWords,
  needsYou,
  nextWords,
  stayedWords,
  tabOf,
  unfinishedWords,
  wantedWords,
  whyNotByHand,
} from '../src/lib/submissions';
import { lineState } from '../src/lib/words';
import { line } from './lines';

describe('submissions', () => {
  it('distinguish lines that Crossmark refused from lines that were not sent', () => {
    const refused = line(1, { status: 'api_failed', api_error_details: { cause: 'refused', words: 'already booked' } });
    const dependent = line(2, {
      status: 'api_failed',
      event_type: 'Supervisor',
      pair: 1,
      depends_on: [1],
      api_error_details: { cause: 'dependency_failed', words: 'it depends on event 1' },
    });
    const doubtful = line(3, { status: 'in_doubt' });
    expect([refused, dependent, doubtful].map((one) => lineState(one).text)).toEqual(['Refused', 'Not sent', 'Checking']);
    expect([refused, dependent].map((one) => failureText(one, 'UTC'))).toEqual([
      'already booked',
      'not sent, because its Core was not accepted',
    ]);
    // The Core may have been sent again meanwhile.
    const words = 'it was not sent, because it needs event 3, which was not accepted or was taken back';
    const needsOther = { ...dependent, depends_on: [1, 3], api_error_details: { ...dependent.api_error_details!, words } };
    expect(failureText(needsOther, 'UTC'), 'the words name another event').toBe(
      'not sent, because an event that it needs was not accepted',
    );
    const textIfCoreIs = (status: Line['status']) => failureText(dependent, 'UTC', acceptedIn([line(1, { status })]));
    expect([textIfCoreIs('api_submitted'), textIfCoreIs('api_failed')]).toEqual([
      'not sent, because its Core was not accepted then. Now it is: try again, or change it',
      'not sent, because its Core was not accepted',
    ]);
    // It was sent on another day, where its Supervisor cannot follow by a retry.
    const movedCore = acceptedIn([line(1, { status: 'api_submitted', schedule_datetime: '2026-11-26T10:15:00' })]);
    expect(failureText(dependent, 'UTC', movedCore)).toBe(
      'not sent, because its Core was not accepted then. Now it is, on Thu 26 Nov: change the day of this one too',
    );
    // Since then it was moved or taken back, or that is on its way.
    const accepted = line(1, { status: 'api_submitted', schedule_datetime: '2026-11-24T10:15:00' });
    const at = (day: string) => ({ employee_id: 'E01', employee_name: null, schedule_datetime: `${day}T10:15:00`, block: null });
    const since = (place: Elsewhere['place'], on_its_way = false) =>
      failureText(dependent, 'UTC', acceptedIn([accepted], new Map([[accepted.id, { line: accepted.id, place, on_its_way }]])));
    expect([since(at('2026-11-26')), since(null), since(at('2026-11-26'), true)]).toEqual([
      'not sent, because its Core was not accepted then. Now it is, on Thu 26 Nov: change the day of this one too',
      'not sent, because its Core was not accepted',
      'not sent, because its Core was not accepted',
    ]);
    // A retry of a Supervisor that failed for another cause cannot succeed either while its Core is on another day.
    const unmoved = {
      ...dependent,
      schedule_datetime: '2026-11-24T10:15:00',
      api_error_details: { cause: 'restored' as const, words: 'the old placement is scheduled again.' },
    };
    const unmovedIfCoreIsOn = (day: string) =>
      failureText(
        unmoved,
        'UTC',
        acceptedIn([accepted], new Map([[accepted.id, { line: accepted.id, place: at(day), on_its_way: false }]])),
      );
    expect([unmovedIfCoreIsOn('2026-11-24'), unmovedIfCoreIsOn('2026-11-26')]).toEqual([
      'the old placement is scheduled again',
      'the old placement is scheduled again. Its Core is on Thu 26 Nov now: change the day of this one too, or drop it',
    ]);
    expect([dependent, refused].sort(byNeed).map((one) => one.event_ref_num)).toEqual([1, 2]);
    expect([refused, dependent, doubtful].map(needsYou)).toEqual([true, true, false]);
  });

  it('count the calls of one try of a move once', () => {
    const attempts = (...steps: Line['attempts'][number]['step'][]) => ({ attempts: steps.map((step) => ({ step })) as Line['attempts'] });
    expect(triesOf(attempts())).toBe(0);
    expect(triesOf(attempts('delete', 'schedule', 'restore'))).toBe(1);
    expect(triesOf(attempts('schedule', 'schedule'))).toBe(2);
    expect(triesOf(attempts('delete', 'schedule', 'restore', 'delete', 'schedule'))).toBe(2);
  });

  it('say where the event of a dropped line is', () => {
    const from = { employee_id: 'E02', employee_name: 'Indigo Frost', schedule_datetime: '2026-01-31T11:45:00', block: 1 } as Line['from'];
    const failed = (cause: 'restored' | 'not_restored' | 'too_late' | 'exhausted', more = {}) =>
      line(1, { status: 'api_failed', kind: 'moved', from, api_error_details: { cause, words: '' }, ...more });
    expect(droppedWords(failed('restored'))).toBe('The event stays posted to Indigo Frost, Sat 31 Jan.');
    expect(droppedWords(failed('not_restored'))).toBe('The event is free for the next run.');
    expect(droppedWords(failed('restored', { from: null }))).toBe('The event is free for the next run.');
    const last = (step: string, outcome: string) => ({ attempts: [{ step, outcome }] });
    expect(droppedWords(failed('too_late', last('restore', 'not_taken'))), 'too late to restore').toBe(
      'The event is free for the next run.',
    );
    expect(droppedWords(failed('too_late', last('restore', 'done')))).toMatch(/^The event stays posted/);
    expect(droppedWords(failed('too_late'))).toMatch(/^The event stays posted/);
    expect(droppedWords(failed('exhausted'))).toBe('What Crossmark has is not sure: look at the event there.');
  });

  it.each([
    ['approved', true, null, 'Approved, waits to be sent. Its approval can still be recalled in Review.'],
    [
      'approved',
      false,
      '2026-11-23T07:25:00.000Z',
      'Approved, waits to be sent (paused until 7:25 am). ' +
        'The time to recall it is 10 seconds. After that, nothing can be changed until Crossmark has answered.',
    ],
    [
      'approved',
      true,
      '2026-11-23T07:25:00.000Z',
      'Approved, waits to be sent (paused until 7:25 am). ' +
        'The time to recall it is 10 seconds. After that, nothing can be changed until Crossmark has answered.',
    ],
    ['in_doubt', false, null, /^Crossmark’s answer was unclear and is looked up\. Nothing about it can be changed/],
    ['submitting', false, null, /^Being sent to Crossmark\./],
    ['proposed', false, null, /^$/],
  ] as const)('say of an approved one what is so and which act there is: %s', (status, isRecallable, pausedUntil, words) => {
    const said = underWayWords(line(1, { status }), { isRecallable, pausedUntil, zone: 'UTC', today: '2026-11-23' });
    if (typeof words === 'string') expect(said).toBe(words);
    else expect(said).toMatch(words);
  });

  it('say what a retry sent, and what would help a refused one', () => {
    expect([1, 2, 3].map((sent) => retriedWords('Cherry Salad', sent))).toEqual([
      'Cherry Salad is sent again.',
      'Cherry Salad is sent again, and 1 event with it.',
      'Cherry Salad is sent again, and 2 events with it.',
    ]);
    const supervisor = line(2, { status: 'api_failed', event_type: 'Supervisor', pair: 1 });
    const help = (status: Line['status']) => helpWords(supervisor, [line(1, { status, pair: 2 }), line(3)]);
    expect(help('user_edited')).toBe('Cherry Salad waits for an approval: approve it in Review, then try again.');
    expect(help('api_submitted')).toBe('');
    // A Core does not need its Supervisor.
    expect(helpWords(line(1, { status: 'api_failed', pair: 2 }), [line(2, { event_type: 'Supervisor', pair: 1 })])).toBe('');
  });

  it('say why a failed event outside the proposal on screen cannot be placed by hand yet', () => {
    const why = (run: string | null, hasNewer = false) =>
      whyNotByHand({ proposal: run === null ? null : ({ run_id: run } as Dashboard['proposal']) }, 'run-1', hasNewer);
    expect([why('run-1'), why(null)]).toEqual(['', '']);
    expect([why('run-2'), whyNotByHand(undefined, 'run-1', false)]).toEqual(Array(2).fill('The proposal is not loaded yet.'));
    expect(why('run-2', true)).toBe('A newer proposal is ready: open it in Review first.');
  });

  it('tell two lines of one title apart by their names', () => {
    const names = [line(1), line(2, { event_type: 'Supervisor' }), line(3, { employee_name: 'Blake' })].map(nameOf);
    expect(names).toEqual([
      'Cherry Salad, Avery Quill, Fri 27 Nov 10:15 am',
      'Cherry Salad (Supervisor), Avery Quill, Fri 27 Nov 10:15 am',
      'Cherry Salad, Blake, Fri 27 Nov 10:15 am',
    ]);
  });

  it('say whose schedule a line takes back', () => {
    const from = { employee_id: 'E01', employee_name: 'Kai Heath', schedule_datetime: '2026-11-29T12:00:00', block: null };
    const dropped = { kind: 'dropped', employee_id: null, employee_name: null, schedule_datetime: null, from } as const;
    expect(wantedWords(line(1, { ...dropped, status: 'approved' }))).toBe('to be taken back from Kai Heath, Sun 29 Nov 12:00 pm');
    expect(wantedWords(line(1, { ...dropped, status: 'api_submitted' }))).toBe('taken back from Kai Heath, Sun 29 Nov 12:00 pm');
    expect(wantedWords(line(1, { from }))).toBe('Avery Quill, Fri 27 Nov 10:15 am');
  });

  it('name the next try, which is not before the end of a pause', () => {
    const at = (status: Line['status'], pausedUntil?: string) =>
      nextWords(line(1, { status, next_attempt_at: '2026-11-24T12:12:00.000Z' }), pausedUntil, 'UTC', '2026-11-24');
    expect([at('in_doubt'), at('approved', '2026-11-24T12:05:00.000Z'), at('in_doubt', '2026-11-24T12:22:00.000Z')]).toEqual([
      'next look 12:12 pm',
      'next try 12:12 pm',
      'next look 12:22 pm',
    ]);
    expect(nextWords(line(1), '2026-11-24T12:22:00.000Z', 'UTC')).toBe('');
  });

  it('that stayed are named with the reason of each, those that need another one last', () => {
    const refused = (name: string, code: string, reason: string) => ({ line: name, code, reason, rules: [] });
    const [needs, also] = ['Goodman (Supervisor)', 'Rye'].map((name) => refused(name, 'DEPENDS', 'it needs Goodman, which cannot be sent'));
    const goodman = refused('Goodman', 'RULES_BROKEN', 'Blake already works that day');
    const words = (...all: (typeof goodman)[]) => stayedWords(all, (name) => name, String);
    expect(words(goodman)).toBe('1 event stayed. Goodman: Blake already works that day.');
    expect(words(needs, also, goodman)).toBe(
      '3 events stayed. Goodman: Blake already works that day; Goodman (Supervisor): it needs Goodman, which cannot be sent; and 1 more.',
    );
  });

  const failed = (ref: number, cause: 'refused' | 'exhausted' | 'too_late') =>
    line(ref, { status: 'api_failed', api_error_details: { cause, words: 'no' } });

  it('are grouped by what a person has to do', () => {
    expect(
      [
        failed(1, 'refused'),
        failed(2, 'exhausted'),
        line(3, { status: 'in_doubt' }),
        line(4, { status: 'submitting' }),
        line(5, { status: 'api_submitted' }),
        line(6),
      ].map(tabOf),
    ).toEqual(['needs', 'aside', 'under', 'under', 'accepted', null]);
  });

  it('are grouped by cause; lines that are read back come last', () => {
    const groups = byCause([line(1, { status: 'in_doubt' }), failed(2, 'exhausted'), failed(3, 'refused'), failed(4, 'refused')]);
    expect(groups.map((group) => [group.cause, group.lines.length])).toEqual([
      ['refused', 2],
      ['exhausted', 1],
      [null, 1],
    ]);
  });

  it('cannot be retried if only another start helps', () => {
    const [group] = byCause([failed(1, 'too_late')]);
    expect([group.title, canRetry(group.cause), canRetry('refused'), tabOf(failed(1, 'too_late'))]).toEqual([
      'Too late to send',
      false,
      true,
      'needs',
    ]);
  });
});

describe('an unfinished approval', () => {
  it('has its progress in words', () => {
    const at = (approved: number) =>
      unfinishedWords({ approval_id: 'a', run_id: 'r', who: 'pat', since: '', lines: 194, approved, recallable: true });
    expect(at(62)).toBe(
      '62 of 194 events are approved. The approval continues by itself within minutes; after that its events can be recalled for 10 seconds.',
    );
    expect(at(1)).toContain('1 of 194 events is approved.');
  });
});
