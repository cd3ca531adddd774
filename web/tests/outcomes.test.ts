import { describe, expect, it } from 'vitest';
import type { LineOutcome } from '../src/lib/api-types';
import { endWords, outcomeOfEntry } from '../src/lib/outcomes';

/** An outcome with the members that the words use. */
const outcome = (change: Partial<LineOutcome> = {}) =>
  ({
    line_id: 'run-1.7',
    event_ref_num: 7,
    event_type: 'Core',
    date: '2026-11-16',
    label: 'completed',
    holder_id: 'E01',
    holder_name: 'Avery Quill',
    holder_date: '2026-11-16',
    end: 'completed',
    done_by_id: null,
    done_by_name: null,
    corrected_by_hand: false,
    version: 2,
    ...change,
  }) as LineOutcome;

describe('the outcome of an entry', () => {
  it.each([
    [{}, 'Avery Quill worked it.'],
    [{ end: 'no_show' }, 'Avery Quill did not come.'],
    [{ end: 'no_show', done_by_id: 'E02', done_by_name: 'Nico Farrow' }, 'Nico Farrow did it in place of Avery Quill.'],
    [{ end: 'call_out', holder_name: null }, 'The person called out.'],
    [{ end: 'taken_back' }, 'It was taken back before its day.'],
    [{ end: 'accepted' }, 'Crossmark accepted it; nothing else is known of it.'],
  ] as [Partial<LineOutcome>, string][])('%j is described as "%s"', (change, words) => expect(endWords(outcome(change))).toBe(words));

  it('is that of the line that was sent for its day, not of an earlier proposal', () => {
    const proposed = outcome({ line_id: 'run-0.7', end: null });
    const movedLine = outcome({ line_id: 'run-1.7', holder_id: 'E02', date: '2026-11-14' });
    const entry = { ref: 7, who: 'E01', day: '2026-11-16' };
    expect(outcomeOfEntry([proposed, movedLine, outcome()], entry)?.holder_id).toBe('E01');
    expect(outcomeOfEntry([proposed, movedLine], entry)?.holder_id).toBe('E02');
    expect(outcomeOfEntry([proposed], entry)).toBeUndefined();
  });
});
