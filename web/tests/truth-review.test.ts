/** Review and Submissions claim only what is true: after edits, while something waits, and while it is being sent. */
import { describe, expect, it } from 'vitest';
import type { Cause, Quality, Settings } from '../src/lib/api-types';
import { momentWords, withLocalTimes } from '../src/lib/dates';
import { pauseNote } from '../src/lib/pause';
import { unplacedByCause } from '../src/lib/review/causes';
import { fitWords, nothingLeftWords } from '../src/ui/review/fit';
import { notPlacedWords, stateOf, viewOf } from '../src/lib/review/row-view';
import { rowsOf } from '../src/lib/review/rows';
import { countsOf, headline, hint, type Counts, type Phase } from '../src/lib/review/sending';
import {
  decisionWords,
  nothingPlaced,
  nothingToLookAt,
  placedWords,
  routineWords,
  setAsideOf,
  setAsideWords,
  standingProof,
  type Standing,
} from '../src/lib/review/summary';
import { failureText, recalledWords, subjectOf, supportText } from '../src/lib/submissions';
import { couple, line, unplaced } from './lines';

const settings = { buffer_days: 3, horizon_days: 21, run_hour: 2, time_zone: 'UTC', fixed_day_types: null } as Settings;
const BEST = 'This is the best schedule there can be.';
const provenBest = { stopped_on: 'optimal', score: 100, bound: 100 } as Quality;

describe('the summary of a proposal', () => {
  const whole: Standing = {
    placed: 249,
    takenBack: 0,
    events: 255,
    setAside: [],
    keepsRules: true,
    isUnchecked: false,
    changed: 0,
    rejected: 0,
    dropped: 0,
    takenBackSince: 0,
    decidedElsewhere: 0,
    notAccepted: 0,
    missed: 0,
    stuck: 0,
    stale: false,
  };
  const refresh = line(1, { event_type: 'Digital Refresh', project_name: 'Digital Refresh snack wall', employee_name: 'Blake Marsh' });
  const inServerWords = setAsideOf(refresh, ['H2'], new Map([['H2', 'Blake may not work Digital Refresh']]));

  it.each<[string, Partial<Standing>, string, string]>([
    ['as the run made it', {}, '249 of 255 events placed, every rule kept.', BEST],
    ['nothing has a place', { placed: 0, events: 6 }, 'None of 6 events has a place.', ''],
    ['the only event has no place', { placed: 0, events: 1 }, 'The only event has no place.', ''],
    ['not known to keep every rule', { keepsRules: false, changed: 2 }, '249 of 255 events placed.', 'Since the run: 2 events changed.'],
    ['edited within the rules', { changed: 1 }, '249 of 255 events placed, every rule kept.', 'Since the run: 1 event changed.'],
    [
      'one was rejected that two others need',
      { keepsRules: false, rejected: 1, stuck: 2 },
      '249 of 255 events placed; 2 of them cannot be sent as they are.',
      'Since the run: 1 event rejected.',
    ],
    ['two are taken back', { placed: 8, takenBack: 2, events: 24 }, '8 of 24 events placed, 2 taken back, every rule kept.', BEST],
    ['what can be sent is not known yet', { keepsRules: false, isUnchecked: true }, '249 of 255 events placed, not checked yet.', BEST],
    ['some cannot be sent', { keepsRules: false, stuck: 28 }, '249 of 255 events placed; 28 of them cannot be sent as they are.', ''],
    [
      'two were taken back since, and one was posted by hand',
      { placed: 247, takenBack: 2, takenBackSince: 2, decidedElsewhere: 1 },
      '247 of 255 events placed, 2 taken back, every rule kept.',
      'Since the run: 2 events taken back, 1 event decided in another way.',
    ],
    ['one was not accepted', { keepsRules: false, notAccepted: 1 }, '249 of 255 events placed.', 'Since the run: 1 event not accepted.'],
    ['some were missed', { keepsRules: false, missed: 2 }, '249 of 255 events placed.', 'Since the run: 2 events not sent in time.'],
    ['one was rejected', { keepsRules: false, rejected: 1 }, '249 of 255 events placed.', 'Since the run: 1 event rejected.'],
    ['one was dropped', { keepsRules: false, dropped: 1 }, '249 of 255 events placed.', 'Since the run: 1 event dropped.'],
    ['the plan changed', { keepsRules: false, stale: true }, '249 of 255 events placed.', 'Since the run: the plan changed.'],
  ])('says what is placed, and what is proven: %s', (_, more, words, proof) => {
    expect([placedWords({ ...whole, ...more }), standingProof({ ...whole, ...more }, provenBest)]).toEqual([words, proof]);
  });

  it("names each overridden rule and its person, in the server's words or by the rule's title", () => {
    expect(setAsideWords([])).toBe('');
    expect(setAsideWords([inServerWords])).toBe('1 rule set aside: Blake may not work Digital Refresh.');
    const reloaded = setAsideOf(refresh, ['H2', 'H12'], undefined);
    expect(setAsideWords([reloaded])).toBe(
      '2 rules set aside: “Available, and may work the type”, “Support beside a base event” for Blake with Digital Refresh snack wall, Fri 27 Nov.',
    );
    // Each line of a pair has the rules of both.
    const [core, supervisor] = couple(1, 2).map((one) => setAsideOf(one, ['H3', 'H8'], undefined));
    expect(setAsideWords([core, supervisor, inServerWords])).toBe(
      '3 rules set aside for 3 events: “At most 1 Core a day”, “At most 40 hours a week” for Avery with Cherry Salad, Fri 27 Nov; Blake may not work Digital Refresh.',
    );
    const [row] = rowsOf([refresh]);
    expect(stateOf(row, { held: false, setAside: inServerWords, today: '2026-11-23', settings })).toMatchObject({
      text: 'Rule set aside',
      tone: 'warn',
    });
  });

  it.each([
    [null, 'Events are checked again when they are approved.'],
    [[], 'All events still fit.'],
    [['Cherry Salad'], '1 event cannot be sent as it is, for the reasons below: Cherry Salad.'],
    [['A', 'A (Supervisor)', 'B'], '3 events cannot be sent as they are, for the reasons below: A, A (Supervisor) and B.'],
    [['A', 'B', 'C', 'D'], '4 events cannot be sent as they are, for the reasons below: A, B, C and more.'],
  ])('with the refused events %j says that: %s', (refused, words) =>
    expect(fitWords(refused, { waiting: 0, refused: 0, held: 0 })).toBe(words),
  );

  it('does not say that failed or waiting events still fit, which a dry run leaves out', () => {
    const fit = 'All events that are left to approve still fit.';
    expect(fitWords([], { waiting: 0, refused: 3, held: 0 })).toBe(`${fit} 3 events that were not accepted may no longer fit.`);
    expect(fitWords([], { waiting: 0, refused: 0, held: 3 })).toBe(`${fit} 3 events that are held back may no longer fit.`);
    expect(fitWords([], { waiting: 1, refused: 0, held: 0 })).toBe(`${fit} 1 event that waits to be sent may no longer fit.`);
    expect(fitWords(null, { waiting: 202, refused: 0, held: 0 }), 'while it is sent').toBe(
      'Events are checked again when they are approved. 202 events that wait to be sent may no longer fit.',
    );
    expect(nothingLeftWords({ waiting: 2, refused: 1, held: 0 })).toBe(
      'Nothing of it is left to approve. 2 events that wait to be sent may no longer fit. 1 event that was not accepted may no longer fit.',
    );
  });

  it('counts decisions and events separately', () => {
    expect(decisionWords([line(1), line(3)])).toBe('2 events');
    expect(decisionWords([...couple(1, 2), line(3)])).toBe('2 decisions, 3 events');
  });

  const events = (n: number) => Array.from({ length: n }, (_, i) => line(i + 1));

  it.each<[string, Parameters<typeof nothingToLookAt>, string, boolean]>([
    ['nothing is left', [0, [], [], []], 'Everything is decided.', false],
    ['one routine event is left', [0, events(1), [], []], 'What is left to send is routine: 1 event. You can approve.', false],
    ['routine events are left', [0, events(3), events(1), events(1)], 'What is left to send is routine: 3 events. You can approve.', false],
    [
      'the approval refused what is left',
      [0, [], events(2), events(1)],
      'What is left cannot be sent as it is: 2 events. The reasons are above.',
      false,
    ],
    ['one event is held back', [0, [], [], events(1)], 'What is left is held back: 1 event.', false],
    ['the filter hides one', [1, events(2), [], []], '1 decision needs a look, but the filter hides it.', true],
    ['the filter hides several', [2, [], [], []], '2 decisions need a look, but the filter hides them.', true],
  ])('a list to look at that shows nothing says why: %s', (_, given, text, isFiltered) =>
    expect(nothingToLookAt(...given)).toEqual({ title: isFiltered ? 'Nothing matches' : 'Nothing needs a look', text, isFiltered }),
  );

  it.each<[string, Parameters<typeof nothingPlaced>, string, string]>([
    ['no event has a place', [false, rowsOf([unplaced(1)])], 'Nothing is placed', 'The reason for each event is under Needs a look.'],
    ['nothing matches', [true, []], 'Nothing matches', 'Try another word, or show all days.'],
    [
      'one without a place matches',
      [true, rowsOf([unplaced(1)])],
      'Nothing matches',
      'No placed event matches, but 1 event without a place does.',
    ],
    [
      'several without a place match',
      [true, rowsOf([unplaced(1), unplaced(2)])],
      'Nothing matches',
      'No placed event matches, but 2 events without a place do.',
    ],
  ])('a list of placed events that shows nothing says why: %s', (_, given, title, text) =>
    expect(nothingPlaced(...given)).toEqual({ title, text, isFiltered: given[0] }),
  );

  it.each([
    [1, 0, '1 decision is routine: it follows the rotation and the usual pattern'],
    [1, 4, 'The other decision is routine: it follows the rotation and the usual pattern'],
    [135, 0, '135 decisions are routine: they follow the rotation and the usual pattern'],
    [135, 1, 'The other 135 decisions are routine: they follow the rotation and the usual pattern'],
  ])('with %i routine decisions and %i others says: %s', (routine, others, sentence) =>
    expect(routineWords(routine, others).join(' routine: ')).toBe(sentence),
  );
});

describe('the bar of an approval', () => {
  const counts = (more: Partial<Counts>): Counts => ({
    total: 9,
    waiting: 0,
    sending: 0,
    accepted: 0,
    refused: 0,
    notSent: 0,
    checking: 0,
    ...more,
  });
  const none = { toSend: 0, stuck: 0, held: 0, unplaced: 0, takenBack: 0 };

  it('while sending pauses, it does not say that sending goes on', () => {
    const paused = (phase: Phase, more: Partial<Counts>) => [headline(phase, counts(more), 8, true), hint(phase, counts(more), none, true)];
    expect(paused('grace', { waiting: 9 })).toEqual(['9 events approved, 8 s to recall', 'Nothing has left yet. Sending pauses.']);
    expect(paused('sending', { waiting: 9 })).toEqual([
      'Sent 0 of 9 events',
      'Sending pauses. You can close this page, and nothing is lost.',
    ]);
    expect(paused('done', { accepted: 9 })[1]).toBe('Everything is answered.');
    expect(hint('sending', counts({ waiting: 9 }), { ...none, toSend: 1 }, true)).toBe(
      'Sending pauses. You can close this page, and nothing is lost. 1 more event can still be sent.',
    );
  });

  it.each<[Phase, Partial<Counts>, Partial<typeof none>, string, string]>([
    ['grace', { waiting: 9 }, {}, 'Sending 9 events in 8 s', 'Nothing has left yet.'],
    ['sending', { accepted: 4, sending: 5 }, {}, 'Sent 4 of 9 events', 'You can close this page. Sending goes on.'],
    ['sending', { accepted: 4, refused: 2, notSent: 2, sending: 3 }, {}, 'Sent 4 of 9 events', 'You can close this page. Sending goes on.'],
    ['done', { accepted: 9 }, {}, '9 accepted', 'Everything is answered.'],
    ['done', { accepted: 9 }, { held: 2 }, '9 accepted', '2 events held back.'],
    ['done', { accepted: 9 }, { toSend: 1, held: 2 }, '9 accepted', '1 more event can still be sent. 2 events held back.'],
    ['done', { accepted: 9 }, { stuck: 1 }, '9 accepted', '1 event cannot be sent as it is.'],
    [
      'done',
      { accepted: 9 },
      { toSend: 1, stuck: 2 },
      '9 accepted',
      '1 more event can still be sent. 2 events cannot be sent as they are.',
    ],
    ['done', { accepted: 9 }, { unplaced: 3 }, '9 accepted', 'Everything is answered. 3 events not placed.'],
    [
      'done',
      { accepted: 9 },
      { unplaced: 14, takenBack: 2 },
      '9 accepted',
      'Everything is answered. 14 events not placed. 2 events taken back.',
    ],
    ['done', { accepted: 8, refused: 1 }, {}, '8 accepted, 1 failed', 'What was not accepted waits for you.'],
    ['done', { accepted: 6, refused: 3, notSent: 2 }, {}, '6 accepted, 1 failed, 2 not sent', 'What was not accepted waits for you.'],
    ['done', { accepted: 8, refused: 1, notSent: 1 }, {}, '8 accepted, 1 not sent', 'What was not accepted waits for you.'],
  ])('in the phase %s, with the counts %o and left over %o, has the headline "%s"', (phase, more, left, head, says) => {
    expect([headline(phase, counts(more), 8), hint(phase, counts(more), { ...none, ...left })]).toEqual([head, says]);
  });

  it.each<[Cause, string, number]>([
    ['refused', 'Refused', 0],
    ['too_late', 'Not sent', 1],
    ['dependency_failed', 'Not sent', 1],
    ['conflict', 'Unclear', 0],
  ])('a line that failed as %s is %s, in its row and in the counts', (cause, text, notSent) => {
    const failed = line(1, { status: 'api_failed', api_error_details: { cause, words: '' } });
    expect(stateOf(rowsOf([failed])[0], { held: false, today: '2026-11-23', settings })?.text).toBe(text);
    expect(countsOf([failed])).toMatchObject({ refused: 1, notSent });
  });

  it('says how many events a recall came too late for', () => {
    const recallWords = (n: number) =>
      recalledWords({ recalled: [], never_approved: [], too_late: Array(n).fill({ line: 'l', status: 'submitting' }) });
    expect([recallWords(0), recallWords(1), recallWords(2)]).toEqual([
      'Recalled. Nothing was sent.',
      'Too late to recall. 1 event was already on its way.',
      'Too late to recall. 2 events were already on their way.',
    ]);
  });
});

describe('events without a place', () => {
  const because = (ref: number, text: string) => unplaced(ref, { failure_reason: { code: 'nobody_available', text, rules: ['H2'] } });
  const off = (ref: number, date: string) =>
    because(ref, `both who may work it (Jules and Lane) do not usually work on ${date}, the date that it is fixed to`);

  it('with one cause are one group', () => {
    const groups = unplacedByCause(
      rowsOf([
        off(1, 'Sun 1 Feb'),
        because(2, 'it has no Core to stand beside; Mon 16 Feb to Fri 20 Feb are after the last day that is planned, Sun 15 Feb'),
        off(3, 'Sun 8 Feb'),
        because(4, 'it has no Core to stand beside'),
        off(5, 'Mon 9 Feb'),
        because(6, 'all three (Ellis, Gray and Kai) have a Core on Sun 15 Feb, its only day. Nearest: give up Core 7'),
      ]),
    );
    const tooLong = (ref: number, fixed: string) =>
      because(ref, `both who may work it (Jules and Lane) would work more than 40 h in the week of Sun 8 Feb${fixed}`);
    expect(unplacedByCause(rowsOf([tooLong(7, '; it is fixed to Tue 10 Feb'), tooLong(8, '')])).map((group) => group.rows.length)).toEqual([
      2,
    ]);
    expect(groups.map((group) => [group.title, group.isCause, group.rows.map((row) => row.line.event_ref_num)])).toEqual([
      ['Both who may work it (Jules and Lane) do not usually work on Sundays', true, [1, 3]],
      ['It has no Core to stand beside', true, [2, 4]],
      ['Other causes', false, [5, 6]],
    ]);
    expect(unplacedByCause(rowsOf([off(1, 'Sun 1 Feb'), off(5, 'Mon 9 Feb')])).map((group) => [group.title, group.rows.length])).toEqual([
      ['', 2],
    ]);
  });

  it('because of their partners are one group, whatever the partners are called and whenever they are posted', () => {
    const posted = (ref: number, name: string, date: string) =>
      because(
        ref,
        `no valid day: its Core ${31000500 + ref} "${name}" is posted on ${date}, which is after the last day that is planned; Tue 3 Feb to Thu 5 Feb are after the last day that is planned, Sun 1 Feb`,
      );
    const open = (ref: number, name: string) => because(ref, `its Core ${31000500 + ref} "${name}" is not placed`);
    const groups = unplacedByCause(
      rowsOf([
        posted(1, '620603-LKD-CF-Oat Latte (26010312…', 'Mon 2 Feb'),
        open(2, '620605-LKD-CF-Popcorn (260…'),
        posted(3, '620608-LKD-CF-Salsa (260…', 'Tue 3 Feb'),
        open(4, '620617-LKD-CF-Lamb &amp; Feta…'),
      ]),
    );
    expect(groups.map((group) => [group.title, group.rows.map((row) => row.line.event_ref_num)])).toEqual([
      ['No valid day: its Core is posted on a day that is after the last day that is planned', [1, 3]],
      ['Its Core is not placed', [2, 4]],
    ]);
  });

  it('show their only day, or when they are due', () => {
    const juicer = because(1, '');
    const dates = [{ ...juicer, event_type: 'Juicer Production' }, juicer].map((one) => viewOf(rowsOf([one])[0], true, settings).date);
    expect(dates).toEqual(['on 24 Nov', 'due 4 Dec']);
  });

  it('do not name the nearest exchange in the text of their row', () => {
    const full = because(6, 'all three have a Core on Sun 15 Feb, its only day. Nearest: give up Core 7');
    expect(viewOf(rowsOf([full])[0], true, settings).sub).toBe('All three have a Core on Sun 15 Feb, its only day');
  });

  it('that lost their place by an edit have that as their cause', () => {
    const original = { employee_id: 'E09', employee_name: 'Lane Isle', schedule_datetime: '2026-01-29T12:00:00', block: null };
    const lostLine = unplaced(2, { kind: 'new', event_type: 'Supervisor', pair: 1, original, failure_reason: null });
    expect(notPlacedWords(lostLine)).toBe('it lost its place (Lane I., Thu 29 Jan 12:00 pm) when the event that it goes with was changed');
    expect(stateOf(rowsOf([lostLine])[0], { held: false, today: '2026-01-25', settings })?.text).toBe('Lost its place');
  });
});

it('a failed line of an earlier proposal is placed by hand: from its posted place, or as an open event', () => {
  const from = { employee_id: 'E02', employee_name: 'Nico Oakes', schedule_datetime: '2026-11-26T10:15:00', block: 1 };
  expect(subjectOf(line(1, { kind: 'moved', from }))).toMatchObject({
    ref: 1,
    who: 'E02',
    whoName: 'Nico Oakes',
    day: '2026-11-26',
    at: 615,
  });
  expect(subjectOf(line(1))).toMatchObject({ ref: 1, title: 'Cherry Salad', who: '', day: '' });
});

describe('times', () => {
  const zone = 'America/Indiana/Indianapolis';
  it.each([
    ['the next try is at 12:05 UTC', '2026-01-25T12:01:00.000Z', 'the next try is at 7:05 am'],
    ['the next try is at 00:03 UTC', '2026-01-25T23:58:00.000Z', 'the next try is at 7:03 pm'],
    [
      'Crossmark has the event at another time, 2026-01-28 10:15',
      '2026-01-25T12:00:00.000Z',
      'Crossmark has the event at another time, Wed 28 Jan 10:15 am',
    ],
    ['already booked', '2026-01-25T12:00:00.000Z', 'already booked'],
  ])('are local in a text of the server: %s', (text, near, words) => {
    expect(withLocalTimes(text, zone, near)).toBe(words);
  });

  it('are local in the text for support, and in the reason of a failed line', () => {
    const attempt = {
      step: 'schedule',
      started_at: '2026-01-25T12:01:00.000Z',
      ended_at: null,
      outcome: 'not_taken',
      words: 'again at 12:05 UTC',
    } as const;
    const failed = line(1, {
      status: 'api_failed',
      attempts: [attempt],
      api_error_details: { cause: 'exhausted', words: 'again at 12:05 UTC' },
    });
    expect(supportText(failed, zone)).toContain(`${momentWords(attempt.started_at, zone)} schedule: not_taken, again at 7:05 am`);
    expect(failureText(failed, zone)).toBe('again at 7:05 am');
    expect(supportText(failed, zone)).not.toMatch(/UTC|T\d\d:|Z\b/);
  });

  it('a refused login is named, with the time of the next try', () => {
    const paused = {
      until: '2026-01-25T12:05:00.000Z',
      row: 3,
      code: 'login_refused' as const,
      why: 'Crossmark did not accept the user name and password; the next try is at 12:05 UTC',
      words: '',
    };
    expect(pauseNote(paused, zone, '2026-01-25')).toEqual({
      title: 'Muster cannot sign in at Crossmark.',
      text: 'Nothing can be sent, and nothing is lost. The next try to sign in is at 7:05 am. Tell your administrator.',
    });
    expect(pauseNote({ ...paused, code: 'unreachable', why: 'no answer' }, zone, '2026-01-25').text).toBe(
      'No answer. Nothing is lost. The next try is at 7:05 am.',
    );
    expect(pauseNote({ ...paused, since: '2026-01-25T11:30:00.000Z' }, zone, '2026-01-25').text).toBe(
      'Since 6:30 am nothing can be sent, and nothing is lost. The next try to sign in is at 7:05 am. Tell your administrator.',
    );
    expect(pauseNote({ until: paused.until }, zone, '2026-01-25').text).toBe('Nothing is lost. The next try is at 7:05 am.');
  });
});
