import { describe, expect, it } from 'vitest';
import type { LineStatus } from '../src/lib/api-types';
import { answerWords, isAllAccepted, sentChanges, unsettledLinesOf } from '../src/lib/sent-changes.svelte';
import { notSentWords } from '../src/lib/not-sent';
import { line } from './lines';

const approvalOf = (n: number) => ({
  events: n,
  lines: Array.from({ length: n }, (_, i) => ({ id: `run-1.${i + 1}`, title: `Tart ${i + 1}` })),
});
/** The words of the note if the lines of its approval have these states, while a line of another approval waits. */
const words = (statuses: LineStatus[], isPaused = false) => {
  const openLines = statuses.map((status, i) => line(i + 1, { status })).filter(({ status }) => status !== 'api_submitted');
  const of = approvalOf(statuses.length);
  return answerWords(of, unsettledLinesOf(of, [...openLines, line(99, { status: 'approved' })]), isPaused);
};

describe('the note about changes that were sent', () => {
  it('says what happens with its own events, and nothing of other events', () => {
    expect(answerWords(approvalOf(1), null, false)).toBe('The time to recall Tart 1 is over.');
    expect(answerWords(approvalOf(3), null, true)).toBe('The time to recall 3 events is over.');
    expect(words(['approved'])).toBe('Tart 1 is on its way to Crossmark, and can no longer be recalled.');
    expect(words(['approved'], true)).toBe('Sending pauses: Tart 1 waits.');
    expect(words(['approved', 'submitting', 'approved'], true)).toBe(
      'Sending pauses: 2 events wait. Tart 2 is on its way to Crossmark, and can no longer be recalled.',
    );
    expect(words(['in_doubt', 'api_failed', 'api_submitted'])).toBe('Tart 1 is being checked in Crossmark. Tart 2 was not accepted.');
  });

  it('ends when its own events are accepted, whatever others wait', () => {
    const standing = (status: LineStatus) => unsettledLinesOf(approvalOf(1), [line(1, { status }), line(99, { status: 'approved' })]);
    const reads = { follow: 0, readAt: 2, followReadAt: 1 };
    const isAll = (one: LineStatus) => isAllAccepted({ left: 0 }, standing(one), reads);
    expect((['approved', 'submitting', 'in_doubt', 'api_failed'] as const).map(isAll)).toEqual(Array(4).fill(false));
    expect(isAll('api_submitted')).toBe(true);
  });

  it('does not end before the events that follow later are read', () => {
    const accepted = unsettledLinesOf(approvalOf(1), []);
    expect(isAllAccepted({ left: 1 }, accepted, { follow: 1, readAt: 2, followReadAt: 1 })).toBe(false);
    expect(isAllAccepted({ left: 1 }, accepted, { follow: 0, readAt: 1, followReadAt: 2 })).toBe(false);
    expect(isAllAccepted({ left: 1 }, accepted, { follow: 0, readAt: 3, followReadAt: 2 })).toBe(true);
    expect(isAllAccepted({ left: 0 }, accepted, { follow: 0, readAt: 1, followReadAt: 2 })).toBe(true);
  });

  it('knows the titles of its events, also of a pair', () => {
    sentChanges.begin({ approval_id: 'a', queued: 2, left: 0, lines: [line(1), line(2, { event_type: 'Supervisor', pair: 1 })] });
    expect(sentChanges.last?.lines.map(({ title }) => title)).toEqual(['Cherry Salad', 'Cherry Salad (Supervisor)']);
    sentChanges.close();
    expect(sentChanges.last).toBeNull();
  });

  it('is not shown for an approval of nothing, and says what was not sent', () => {
    const refusedLine = (ref: number, code: string, reason: string) => ({ line: `run-1.${ref}`, code, reason, rules: [] });
    const lines = [line(1), line(2, { event_type: 'Supervisor', pair: 1 }), line(3)];
    const refused = [
      refusedLine(2, 'DEPENDS', 'it needs event 1, which cannot be sent'),
      refusedLine(1, 'EVENT_UNDER_WAY', 'it is on its way to Crossmark'),
    ];
    const none = { approval_id: 'a', queued: 0, left: 0, lines, refused };
    const why = 'Cherry Salad: it is on its way to Crossmark; Cherry Salad (Supervisor): it needs Cherry Salad, which cannot be sent.';
    sentChanges.begin(none);
    expect(sentChanges.last).toBeNull();
    expect(notSentWords(none)).toBe(`Nothing was sent. ${why}`);
    sentChanges.begin({ ...none, queued: 1 });
    expect(sentChanges.last).toMatchObject({ events: 1, lines: [{ id: 'run-1.3' }], notSent: `2 events were not sent. ${why}` });
    expect(notSentWords({ ...none, queued: 3, refused: [] })).toBe('');
    sentChanges.close();
  });

  it('says once that all is accepted, although it stays until somebody has read what was not sent', () => {
    const approved = { approval_id: 'a', queued: 1, left: 0, lines: [line(1)], refused: [] };
    sentChanges.begin(approved);
    expect([sentChanges.noteAccepted(), sentChanges.noteAccepted()]).toEqual([true, false]);
    sentChanges.begin(approved);
    expect(sentChanges.noteAccepted()).toBe(true);
    sentChanges.close();
  });
});
