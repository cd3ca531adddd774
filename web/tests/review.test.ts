import { describe, expect, it } from 'vitest';
import type { Line, LineStatus } from '../src/lib/api-types';
import { decidedOf, decidedWords } from '../src/lib/review/decisions';
import { blockedOf, heldBy, heldOf } from '../src/lib/review/held';
import { notAccepted } from '../src/lib/review/not-accepted';
import { splitWords, stateOf, viewOf } from '../src/lib/review/row-view';
import { decisionsIn, isOpen, linesOf, matches, partOf, placeOf, rowsOf } from '../src/lib/review/rows';
import { answeredCount, approvalCounts, pollInterval, countsOf, phaseOf } from '../src/lib/review/sending';
import { dayVerdicts, waysToPlace } from '../src/lib/review/choices';
import { loadOf } from '../src/lib/review/days';
import { couple, line, unplaced } from './lines';

describe('rows', () => {
  it('a Core and its Supervisor share one row, a Production and its Survey another', () => {
    const rows = rowsOf([
      ...couple(1, 2),
      line(3, { event_type: 'Juicer Production', pair: 4 }),
      line(4, { event_type: 'Juicer Survey', pair: 3 }),
    ]);
    expect(rows.map((row) => linesOf(row).map((one) => one.event_ref_num))).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('a Supervisor whose Core is posted, or not placed, has a row of its own', () => {
    expect(rowsOf([line(2, { event_type: 'Supervisor', pair: 1 })])).toHaveLength(1);
    expect(rowsOf([unplaced(1, { pair: 2 }), line(2, { event_type: 'Supervisor', pair: 1 })])).toHaveLength(2);
  });

  it('are grouped by what needs a look', () => {
    const overridden = { rules: ['H2'], by: 'ana', at: '', reason: 'agreed' };
    const rows = rowsOf([
      unplaced(1),
      line(2, { kind: 'moved', flags: ['moves_posted'] }),
      line(3, { kind: 'dropped', employee_id: null, schedule_datetime: null, flags: ['moves_posted'] }),
      line(4, { flags: ['unusual_role'] }),
      line(5),
      unplaced(6, { employee_id: 'E01', schedule_datetime: '2026-11-27T10:15:00', status: 'user_edited' }),
      line(7, { flags: ['rotation_away'] }),
      line(8, { flags: ['unusual_role'], overridden }),
      ...couple(9, 10).map((one) => (one.event_ref_num === 10 ? { ...one, overridden } : one)),
      line(11, { kind: 'moved', overridden }),
    ]);
    expect(rows.map((row) => row.group)).toEqual([
      'unplaced',
      'moved',
      'moved',
      'odd',
      'routine',
      'routine',
      'odd',
      'overruled',
      'overruled',
      'moved',
    ]);
  });

  it('have the status of the line that needs attention first: failed, in doubt, being submitted, approved, then accepted', () => {
    const [core, supervisor] = couple(1, 2);
    for (const [a, b, expected] of [
      ['api_failed', 'api_failed', 'api_failed'],
      ['api_submitted', 'in_doubt', 'in_doubt'],
      ['submitting', 'approved', 'submitting'],
      ['api_submitted', 'approved', 'approved'],
      ['api_submitted', 'api_submitted', 'api_submitted'],
    ] as const)
      expect(
        rowsOf([
          { ...core, status: a },
          { ...supervisor, status: b },
        ])[0].status,
      ).toBe(expected);
  });

  it('stay one for a pair while its events are sent, and act on the event that a person can still decide about', () => {
    const [core, supervisor] = couple(1, 2);
    for (const [a, b, status, actsOn] of [
      ['approved', 'approved', 'approved', 'run-1.1'],
      ['api_submitted', 'approved', 'approved', 'run-1.1'],
      ['api_submitted', 'api_failed', 'api_failed', 'run-1.2'],
      ['api_submitted', 'user_edited', 'user_edited', 'run-1.2'],
      ['api_submitted', 'proposed', 'proposed', 'run-1.2'],
      ['api_failed', 'api_failed', 'api_failed', 'run-1.1'],
      ['user_edited', 'api_failed', 'api_failed', 'run-1.1'],
      ['api_failed', 'user_edited', 'api_failed', 'run-1.2'],
    ] as const) {
      const lines: Line[] = [
        { ...core, status: a },
        { ...supervisor, status: b },
      ];
      const rows = rowsOf(lines);
      expect(
        rows.map((row) => [row.id, row.partner?.id, row.status, row.actsOn.id]),
        `${a} ${b}`,
      ).toEqual([['run-1.1', 'run-1.2', status, actsOn]]);
      expect(decisionsIn(lines)).toBe(1);
    }
  });

  it('are two for a pair and another event, whatever became of each event of the pair', () => {
    const lines = [...couple(1, 2), line(3)];
    const statuses = ['proposed', 'user_edited', 'approved', 'submitting', 'in_doubt', 'api_submitted', 'api_failed'] as const;
    for (const a of statuses)
      for (const b of statuses) expect(rowsOf([{ ...lines[0], status: a }, { ...lines[1], status: b }, lines[2]])).toHaveLength(2);
  });

  it('of a pair have a part for each event once one of them is decided', () => {
    const [core, supervisor] = couple(1, 2);
    const parts = (lines: Line[]) =>
      lines.map(({ id }) => partOf(rowsOf(lines)[0], id)).map((row) => [row.id, row.partner?.id, row.head?.id, row.status]);
    const wholePair = ['run-1.1', 'run-1.2', undefined, 'proposed'];
    expect(parts([core, supervisor])).toEqual([wholePair, wholePair]);
    expect(
      parts([
        { ...core, status: 'api_submitted' },
        { ...supervisor, status: 'api_failed' },
      ]),
    ).toEqual([
      ['run-1.1', undefined, undefined, 'api_submitted'],
      ['run-1.2', undefined, 'run-1.1', 'api_failed'],
    ]);
  });

  it('of a pair say the states of both if they differ', () => {
    const [core, supervisor] = couple(1, 2);
    const error = { cause: 'dependency_failed' as const, words: '' };
    for (const [a, b, sub, pill] of [
      ['proposed', 'proposed', 'Core 619044 · with Supervisor', undefined],
      ['api_submitted', 'api_submitted', 'Core 619044 · with Supervisor', 'Accepted'],
      ['submitting', 'approved', 'Core sending, Supervisor waiting · Core 619044', 'Sending'],
      ['api_submitted', 'submitting', 'Core accepted, Supervisor sending · Core 619044', 'Supervisor sending'],
      ['api_submitted', 'api_failed', 'Core accepted, Supervisor not sent · Supervisor 619044', 'Not sent'],
      ['user_edited', 'api_failed', 'Core not approved yet, Supervisor not sent · Core 619044', 'Supervisor not sent'],
    ] as const) {
      const [row] = rowsOf([
        { ...core, status: a },
        { ...supervisor, status: b, api_error_details: b === 'api_failed' ? error : null },
      ]);
      expect([splitWords(row), viewOf(row, false, null).sub].filter(Boolean).join(' · ')).toBe(sub);
      expect(stateOf(row, { held: false, today: '2026-11-23', settings: null })?.text).toBe(pill);
    }
  });

  it('that are not accepted are listed once for a pair in one state, and each for its own otherwise', () => {
    const [core, supervisor] = couple(1, 2);
    const listed = (a: LineStatus, b: LineStatus) =>
      notAccepted(
        rowsOf([
          { ...core, status: a },
          { ...supervisor, status: b },
        ]),
      ).map(({ line, along }) => [line.id, along?.id]);
    expect(listed('api_failed', 'api_failed')).toEqual([['run-1.1', 'run-1.2']]);
    expect(listed('api_submitted', 'api_failed')).toEqual([['run-1.2', undefined]]);
    expect(listed('in_doubt', 'api_failed')).toEqual([
      ['run-1.1', undefined],
      ['run-1.2', undefined],
    ]);
    expect(listed('submitting', 'approved')).toEqual([]);
  });

  it('are found by product, number, person and type, and by their day', () => {
    const [row] = rowsOf([line(31900442)]);
    for (const words of ['cherry', 'CHERRY avery', '619044', '319004', 'core quill']) expect(matches(row, words, null), words).toBe(true);
    expect(matches(row, 'cherry nico', null)).toBe(false);
    expect(matches(row, '', '2026-11-27')).toBe(true);
    expect(matches(row, '', '2026-11-28')).toBe(false);
    expect(matches(rowsOf([unplaced(1)])[0], '', '2026-11-24')).toBe(true);
  });

  it('are found by the person of either event: once one of the two is decided, the row shows the other', () => {
    const [core, supervisor] = couple(1, 2);
    const [row] = rowsOf([
      { ...core, status: 'api_submitted' },
      { ...supervisor, employee_name: 'Nico Farrow' },
    ]);
    expect(viewOf(row, true, null).who).toBe('Nico Farrow');
    expect(['nico', 'avery', 'supervisor'].map((words) => matches(row, words, null))).toEqual([true, true, true]);
  });
});

describe('a hold', () => {
  it('also holds lines that depend on the held line, directly or indirectly', () => {
    const lines = [line(1, { held: true }), line(2, { depends_on: [1] }), line(3, { depends_on: [2] }), line(4)];
    expect([...heldOf(lines)]).toEqual([
      ['run-1.1', 'run-1.1'],
      ['run-1.2', 'run-1.1'],
      ['run-1.3', 'run-1.2'],
    ]);
  });

  it('does not hold other lines, nor those that the held line depends on', () => {
    const lines = [line(1), line(2, { depends_on: [1], held: true }), line(3, { depends_on: [99] })];
    expect([...heldOf(lines).keys()]).toEqual(['run-1.2']);
  });

  it('is read from the dry run, which may allow a line although it depends on a held one', () => {
    const lines = [line(1, { held: true }), line(2, { depends_on: [1] }), line(3, { depends_on: [1] }), line(4, { held: true })];
    const held_with = [2, 4].map((ref) => ({ line: `run-1.${ref}`, waits_for: 'run-1.1' }));
    expect([...heldBy(lines, { held_with, refused: [], digest: null })]).toEqual([
      ['run-1.2', 'run-1.1'],
      ['run-1.4', 'run-1.4'],
      ['run-1.1', 'run-1.1'],
    ]);
  });

  it('does not hold a line that depends on a rejected one: that line cannot be sent, unless it was edited', () => {
    const lines = [
      line(2, { depends_on: [1] }),
      line(3, { depends_on: [2] }),
      line(4, { depends_on: [1], original: placeOf(line(4)) }),
      line(5),
    ];
    expect([...heldOf(lines)]).toEqual([]);
    expect([...blockedOf(lines, [line(1, { status: 'rejected' })])]).toEqual([
      ['run-1.2', 'run-1.1'],
      ['run-1.3', 'run-1.2'],
    ]);
  });

  it('is computed even if lines depend on each other', () => {
    const lines = [line(1, { held: true, depends_on: [2] }), line(2, { depends_on: [1] })];
    expect([...heldOf(lines).keys()].sort()).toEqual(['run-1.1', 'run-1.2']);
  });
});

describe('decisions of people', () => {
  const at = '2026-11-23T12:05:00.000Z';
  const wish = {
    employee_id: 'E02',
    employee_name: 'Nico Farrow',
    date: '2026-11-28',
    by: 'ana@club.example',
    at,
    met: true,
    why_not: null,
    rules: [],
  };

  it('are shown with who and when, for each line of a row', () => {
    const [core, supervisor] = couple(1, 2);
    const [row] = rowsOf([
      { ...core, held: true, decision: { held: { by: 'ana@club.example', at }, wish: null, unwanted: [] } },
      { ...supervisor, decision: { held: null, wish, unwanted: [] } },
    ]);
    expect(decidedOf(row, 'UTC', '2026-11-23').map(({ text, by, back }) => [text, by, back])).toEqual([
      ['Held back', 'ana@club.example, 12:05 pm', { held: false }],
      ['Asked for Nico on Sat 28 Nov', 'ana@club.example, 12:05 pm', { revert: true }],
    ]);
    expect(decidedWords(row, 'UTC', '2026-11-24')).toBe(
      'Held back (ana@club.example, Mon 23 Nov 12:05 pm) · Asked for Nico on Sat 28 Nov (ana@club.example, Mon 23 Nov 12:05 pm)',
    );
  });

  it('have a reason if they could not be met, and the row needs a look', () => {
    const unmet = { ...wish, met: false, why_not: 'Nico Farrow has time off on Sat 28 Nov', rules: ['H2'] };
    const [row, sent] = rowsOf([
      line(1, { decision: { held: null, wish: unmet, unwanted: [] } }),
      line(2, { status: 'api_submitted', decision: { held: null, wish: unmet, unwanted: [] } }),
    ]);
    expect(decidedOf(row, 'UTC')[0].whyNot).toBe('Nico Farrow has time off on Sat 28 Nov');
    expect(row.group).toBe('odd');
    expect(decidedOf(sent, 'UTC'), 'a sent line shows no decisions').toEqual([]);
  });

  it('name an unwanted placement with its reason', () => {
    const [row] = rowsOf([
      line(1, {
        decision: {
          held: null,
          wish: null,
          unwanted: [{ employee_id: 'E02', employee_name: null, date: '2026-11-28', reason: 'Wrong people', by: 'ben', at }],
        },
      }),
    ]);
    expect(decidedOf(row, 'UTC', '2026-11-23').map(({ text, back }) => [text, back])).toEqual([
      ['Not E02 on Sat 28 Nov: Wrong people', { unwanted: false }],
    ]);
    // A pair is rejected together: its row says it once, and the details have both decisions.
    const [pair] = rowsOf(couple(1, 2, { decision: row.line.decision }));
    expect(decidedWords(pair, 'UTC', '2026-11-23')).toBe('Not E02 on Sat 28 Nov: Wrong people (ben, 12:05 pm)');
    expect(decidedOf(pair, 'UTC')).toHaveLength(2);
  });
});

describe('sending', () => {
  const approval = { id: 'a', runId: 'run-1', until: 10_000 };
  const countsWith = (...statuses: Parameters<typeof line>[1][]) => countsOf(statuses.map((more, i) => line(i + 1, more)));

  it('has a phase that follows from the states of the lines and the time left to recall', () => {
    const idle = countsWith({ status: 'proposed' }, { status: 'user_edited' });
    expect(phaseOf(idle, null, 0)).toBe('idle');
    const waiting = countsWith({ status: 'approved' }, { status: 'proposed' });
    expect(phaseOf(waiting, approval, 3_000)).toBe('grace');
    expect(phaseOf(waiting, approval, 10_000)).toBe('sending');
    expect(phaseOf(waiting, null, 0)).toBe('sending');
    const partSent = countsWith({ status: 'submitting' }, { status: 'api_submitted' });
    expect(phaseOf(partSent, approval, 3_000)).toBe('sending');
    const answered = countsWith({ status: 'api_submitted' }, { status: 'in_doubt' }, { status: 'api_failed' });
    expect(phaseOf(answered, approval, 3_000)).toBe('done');
    expect(answered).toEqual({ total: 3, waiting: 0, sending: 0, accepted: 1, refused: 1, notSent: 0, checking: 1 });
    expect(answeredCount(answered)).toBe(3);
  });

  it('counts each open event once: to send, held, refused or without a place', () => {
    const lines = [
      ...couple(1, 2),
      line(3, { kind: 'moved', is_swap: true, original: { employee_id: 'E02', employee_name: null, schedule_datetime: 'x', block: 1 } }),
      line(4, { held: true }),
      line(5, { is_swap: true }),
      line(6, { is_swap: true }),
      unplaced(7),
      line(8, { status: 'api_submitted' }),
      line(9, { kind: 'dropped', is_swap: true, employee_id: null, schedule_datetime: null }),
    ];
    const held = heldOf(lines);
    const nothing = { send: 0, moves: 0, takenBack: 0, edited: 0, held: 0, refused: 0, unplaced: 0 };
    expect(approvalCounts([], held, new Set())).toEqual(nothing);
    expect(approvalCounts(lines, held, new Set())).toEqual({
      ...nothing,
      send: 6,
      moves: 3,
      takenBack: 1,
      edited: 1,
      held: 1,
      unplaced: 1,
    });
    const refused = new Set(['run-1.1', 'run-1.2', 'run-1.5']);
    const counts = approvalCounts(lines, new Set(['run-1.4', 'run-1.6']), refused);
    expect(counts).toEqual({ send: 2, moves: 1, takenBack: 1, edited: 1, held: 2, refused: 3, unplaced: 1 });
    expect(counts.send + counts.held + counts.refused + counts.unplaced).toBe(lines.filter(isOpen).length);
  });

  it('is polled often while lines are on their way, less while some are checked, never if nothing can change', () => {
    const checking = countsWith({ status: 'in_doubt' });
    const settled = countsWith({ status: 'api_submitted' }, { status: 'api_failed' });
    for (const [phase, counts, hidden, wait] of [
      ['idle', settled, false, null],
      ['grace', checking, false, 1500],
      ['sending', checking, false, 1500],
      ['sending', checking, true, 10_000],
      ['done', checking, false, 5000],
      ['done', settled, false, null],
    ] as const)
      expect(pollInterval(phase, counts, hidden)).toBe(wait);
  });
});

describe('choices', () => {
  const person = (employee_id: string, points: number, is_present = false) => ({
    employee_id,
    employee_name: employee_id,
    points,
    is_present,
  });
  const choices = {
    plan_version: 1,
    days: [
      {
        date: '2026-11-27',
        start: '2026-11-27T10:15:00',
        people: [],
        cannot: [
          { employee_id: 'E01', employee_name: 'Avery Quill', rule: 'H2', words: 'Avery is off' },
          { employee_id: 'E02', employee_name: 'Nico', rule: 'H3', words: 'Nico already has a Core' },
        ],
      },
      { date: '2026-11-28', start: null, people: [person('E03', -14)], cannot: [] },
      { date: '2026-11-29', start: null, people: [person('E04', 900), person('E05', 0, true)], cannot: [] },
      { date: '2026-11-30', start: null, people: [], cannot: [] },
    ],
  };

  it('say for each day who could work it, or why nobody can: a conflict takes precedence over an absence', () => {
    expect(dayVerdicts(choices).map((day) => [day.verdict, day.text])).toEqual([
      ['nobody', 'Nico already has a Core, and one other cannot either'],
      ['trade', 'E03 could, but the plan would lose points'],
      ['open', 'E04 could work it'],
      ['nobody', 'Nobody may work it'],
    ]);
  });

  it('rank the ways to place a line over all days, without its current place', () => {
    const ways = (unknown: string[]) => waysToPlace(choices, 4, new Set(unknown)).map((way) => [way.employee_id, way.date]);
    expect(ways([])).toEqual([
      ['E04', '2026-11-29'],
      ['E03', '2026-11-28'],
    ]);
    expect(ways(['E04']), 'somebody without a Crossmark number comes last').toEqual([
      ['E03', '2026-11-28'],
      ['E04', '2026-11-29'],
    ]);
  });
});

describe('the strip of days', () => {
  it('counts Core on their new day, and events without a place on the first day of their window', () => {
    const rows = rowsOf([
      line(1),
      line(2, {
        kind: 'moved',
        from: { employee_id: 'E01', employee_name: null, schedule_datetime: '2026-11-28T10:15:00', block: 1 },
        flags: ['moves_posted'],
      }),
      unplaced(3, { start_date: '2026-11-28T00:00:00', pair: 4 }),
      unplaced(4, { start_date: '2026-11-28T00:00:00', event_type: 'Supervisor', pair: 3 }),
    ]);
    const posted = [9, 2].map((ref) => ({ ...line(ref), employee_id: 'E02', schedule_datetime: '2026-11-28T10:15:00' }));
    const loads = loadOf(['2026-11-27', '2026-11-29'], rows, posted, { holidays: [{ date: '2026-11-29', name: null }], locked: [] });
    expect(loads).toEqual([
      { day: '2026-11-27', posted: 0, fresh: 1, moved: 1, missed: 0, onItsWay: 0, unplaced: 0, urgent: 0, odd: 1, closed: '' },
      { day: '2026-11-28', posted: 1, fresh: 0, moved: 0, missed: 0, onItsWay: 0, unplaced: 2, urgent: 1, odd: 0, closed: '' },
      { day: '2026-11-29', posted: 0, fresh: 0, moved: 0, missed: 0, onItsWay: 0, unplaced: 0, urgent: 0, odd: 0, closed: 'Holiday' },
    ]);
    // A Core that another approval moves away from the 28th counts once, where it will be.
    const others = [line(9, { run_id: 'run-0', status: 'approved' }), line(10, { run_id: 'run-0', status: 'in_doubt' })];
    const withOthers = loadOf(['2026-11-27', '2026-11-29'], rows, posted, undefined, undefined, undefined, others);
    expect(withOthers.map(({ posted, onItsWay }) => [posted, onItsWay])).toEqual([
      [0, 2],
      [0, 0],
      [0, 0],
    ]);
  });
});
