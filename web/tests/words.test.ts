import { describe, expect, it } from 'vitest';
import type { Elsewhere, CrossmarkFindings, Dashboard, Employee, Line, Run } from '../src/lib/api-types';
import { doubtWords, findingWords } from '../src/lib/crossmark';
import { eventName, withTitles } from '../src/lib/event-name';
import { heroOf } from '../src/lib/hero';
import { capital, count, listed, pointsWords, signed } from '../src/lib/numbers';
import { awayOn, namedOn } from '../src/lib/people';
import { phasesOf, pollEvery } from '../src/lib/run';
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
import { gapPercent, nextBestWords, proofWords, lineState } from '../src/lib/words';
import { line } from './lines';

describe('event names', () => {
  it('are short: the product without its number and programme codes', () => {
    for (const [project, title, number] of [
      ['619044-LKD-AF-CherryPistachSalad (251208539497) - V2-CORE', 'Cherry Pistach Salad', '619044'],
      ['619717-NORVALE-Sparkling Water (251200500045) - V2-Supervisor', 'Norvale Sparkling Water', '619717'],
      ['DD-BRIGHTON-Popcorn (251200500236) - Digital Demo Refresh', 'Brighton Popcorn', ''],
      ['8HR-ES1-Juicer Production-SPCLTY (251200500348) - ES1', 'Juicer Production', ''],
      ['01-28 8HR--Juicer Survey-SPCLTY (251124538362)  - V2.9', 'Juicer Survey', ''],
      ['621033-LKD-INTERACTDEMO-CF-Mango Slices / Iced Coffee (261005537448) - V2-CORE', 'Mango Slices / Iced Coffee', '621033'],
      ['615001-CF-MMBeef&amp;Lamb/Jala Feta Dip (251208539497) - V2-CORE', 'MM Beef&Lamb/Jala Feta Dip', '615001'],
      ['Digital Setup snack wall', 'Digital Setup snack wall', ''],
      ['619044', 'Core', '619044'],
    ])
      expect(eventName(project, 'Core'), project).toEqual({ title, number });
  });
});

describe('texts of the server', () => {
  it('get the short titles of events', () => {
    expect(withTitles('Juicer Survey 31000217 "01-28 8HR--Juicer Survey-SPCLTY (2511245…" has no Production to go with')).toBe(
      'Juicer Survey has no Production to go with',
    );
    // A line of a draft's effect.
    expect(withTitles('Core 31164334 "618917-LKD-AF-Lemon Tart (2610) - V2.1-CORE" is held back from approval')).toBe(
      'Lemon Tart is held back from approval',
    );
    expect(withTitles('Avery Quill does not work on that weekday (Wed 28 Jan)')).toBe(
      'Avery Quill does not work on that weekday (Wed 28 Jan)',
    );
  });

  it('have the number of an event that shares its title with another', () => {
    const twins = 'Core 31000001 "619001-LKD-Orange Juice" and Core 31000002 "619002-LKD-Orange Juice"';
    expect(withTitles(`${twins} go with Core 31000003 "619003-LKD-Rye"`)).toBe(
      'Orange Juice 31000001 and Orange Juice 31000002 go with Rye',
    );
  });

  it('keep the type of an event that shares its title with the one it follows', () => {
    const pair =
      'Supervisor 31900708 "26-04 619044-LKD-AF-Trail Mix (25) - V2-SUPERVISOR" needs its Core 31900705 "619044-LKD-AF-Trail Mix (2…"';
    expect(withTitles(`${pair} on Wed 29 Apr`)).toBe('Trail Mix (Supervisor) needs its Core Trail Mix on Wed 29 Apr');
    expect(withTitles('Casey works Juicer Production 31900436 "01-28 8HR--Juicer Production-SPCLTY" then')).toBe(
      'Casey works Juicer Production then',
    );
  });
});

describe('the proof', () => {
  it.each([
    [12.4, '12 points less'],
    [1, '1 point less. Nearly a tie, pick who you like.'],
    [0.3, 'just as good. Pick who you like.'],
    [-1.2, '1 point more. Nearly a tie, pick who you like.'],
    [-40, '40 points more'],
  ])('compares the next best choice, which loses %d points: %s', (lost, words) => expect(nextBestWords(lost)).toBe(words));

  it('never says optimal', () => {
    expect(proofWords('optimal', 100, 100)).toBe('This is the best schedule there can be.');
    expect(proofWords('gap', 264_119, 264_172)).toBe('Within 0.02% of the best there can be.');
    expect(proofWords('time_limit', 100_000, 100_001)).toBe('Less than 0.01% from the best there can be, stopped at the time limit.');
    expect(proofWords('time_limit', 50, 50.0001)).toContain('stopped at the time limit');
    expect(proofWords('nothing_to_do', 0, 0)).toBe('There was nothing to place.');
    expect(proofWords(null, null, null)).toBe('');
    expect(gapPercent(-10, -10)).toBe(0);
  });
});

describe('numbers', () => {
  it('have signs, units and thousands', () => {
    expect([signed(12), signed(-200), signed(0.04), signed(1026.6)]).toEqual(['+12', '−200', '0', '+1,026.6']);
    expect([0, 1, -1, 1.04, 1.5, -200].map(pointsWords)).toEqual([
      '0 points',
      '+1 point',
      '−1 point',
      '+1 point',
      '+1.5 points',
      '−200 points',
    ]);
    expect([count(1, 'line'), count(1204, 'line'), count(2, 'person', 'people')]).toEqual(['1 line', '1,204 lines', '2 people']);
    expect(listed(['Avery', 'Nico', 'Rosa'])).toBe('Avery, Nico and Rosa');
    expect(capital('no valid day')).toBe('No valid day');
  });
});

describe('who is away', () => {
  const person = (more: Partial<Employee>): Employee => ({
    id: 'E01',
    name: 'Avery Quill',
    job_title: 'Lead Event Specialist',
    juicer_trained: false,
    active: true,
    termination_date: null,
    rep_id: null,
    version: 1,
    availability_version: 0,
    weekly_availability: {},
    availability_overrides: [],
    time_off: [],
    ...more,
  });

  it('time off comes before an override, an override before the usual week; an omitted day is available', () => {
    const tuesdayOff = person({ weekly_availability: { tue: false } });
    expect(awayOn(tuesdayOff, '2026-12-01')).toBe('off');
    expect(awayOn(tuesdayOff, '2026-12-02')).toBeNull();
    const leaver = person({ termination_date: '2026-12-02' });
    expect(['2026-12-01', '2026-12-02', '2026-12-03'].map((day) => awayOn(leaver, day))).toEqual([null, 'has left', 'has left']);
    expect(
      awayOn(
        { ...tuesdayOff, availability_overrides: [{ id: 'o', start: '2026-12-01', end: '2026-12-07', days: { tue: true } }] },
        '2026-12-01',
      ),
    ).toBeNull();
    expect(
      awayOn(
        person({
          availability_overrides: [{ id: 'o', start: '2026-12-01', end: '2026-12-07', days: { wed: { from: '08:00', to: '12:00' } } }],
        }),
        '2026-12-02',
      ),
    ).toBeNull();
    expect(awayOn(person({ time_off: [{ id: 't', start: '2026-12-01', end: '2026-12-02' }] }), '2026-12-02')).toBe('time off');
  });

  it('an exception names a person for its date, without a backup', () => {
    const rotations = {
      juicer: { tuesday: 'E01' },
      primary_lead: {},
      backups: { juicer: { tuesday: 'E02' }, primary_lead: {} },
      version: 1,
    };
    const exception = {
      exception_id: 'x',
      date: '2026-12-01',
      rotation_type: 'juicer' as const,
      employee_id: 'E03',
      employee_name: null,
      reason: null,
    };
    expect(namedOn(rotations, [exception], 'juicer', '2026-12-08')).toEqual({ id: 'E01', backup: 'E02' });
    expect(namedOn(rotations, [exception], 'juicer', '2026-12-01')).toMatchObject({ id: 'E03', backup: null });
    expect(namedOn(rotations, [], 'primary_lead', '2026-12-01').id).toBeNull();
  });
});

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

describe('a run under way', () => {
  it('is polled every second, later less often, rarely in a hidden tab', () => {
    expect([pollEvery(3, false), pollEvery(25, false), pollEvery(3, true)]).toEqual([1000, 3000, 10_000]);
  });

  it('shows its phases in order', () => {
    const at = (name: string) => phasesOf({ status: 'running', phase: { name, since: '', detail: null } } as Run).map((row) => row.state);
    expect(at('loading')).toEqual(['now', 'later', 'later', 'later']);
    expect(at('solving')).toEqual(['done', 'done', 'now', 'later']);
    expect(at('writing')).toEqual(['done', 'done', 'done', 'now']);
  });
});

describe('the first card of Today', () => {
  const run = (more: Partial<Run>) =>
    ({
      run_id: 'r',
      run_type: 'automatic',
      status: 'completed',
      created_at: '2026-11-23T10:00:00.000Z',
      status_since: '2026-11-23T10:00:20.000Z',
      error: null,
      ...more,
    }) as Run;
  const numbers = {
    run_id: 'r',
    at: '2026-11-23T10:00:20.000Z',
    plan_moved: false,
    lines: 245,
    open: 245,
    needs_look: 7,
    not_placed: 6,
    held: 0,
    accepted: 0,
    taken_back: 0,
  };
  const day = (more: Partial<Dashboard>) =>
    ({
      today: '2026-11-23',
      night: { date: '2026-11-23', state: 'ok', tries: 1, run: null },
      proposal: numbers,
      crashed_runs: [],
      submissions: { failed: 0, too_late: 0, in_doubt: 0, under_way: 0, paused_until: null },
      ...more,
    }) as Dashboard;
  const kind = (found: Dashboard, openRun: Run | null = null) => heroOf(found, openRun, null, null).kind;

  it('shows one state of the day', () => {
    expect(kind(day({}))).toBe('ready');
    expect(kind(day({}), run({ status: 'running' }))).toBe('running');
    expect(kind(day({ proposal: null }))).toBe('nothing');
    expect(kind(day({ proposal: { ...numbers, open: 0, accepted: 240 } }))).toBe('sent');
    const underWay = { failed: 0, in_doubt: 0, under_way: 40, too_late: 0, paused_until: null };
    expect(kind(day({ proposal: { ...numbers, open: 205 }, submissions: underWay }))).toBe('sent');
    expect(kind(day({ submissions: { ...underWay, under_way: 1 } })), 'what is on its way is of an older run').toBe('ready');
    expect(kind(day({ proposal: { ...numbers, open: 240 } })), 'single lines were rejected').toBe('ready');
    expect(kind(day({ proposal: { ...numbers, open: 0 } })), 'all were rejected').toBe('nothing');
  });

  it('shows a crashed or missing night until there is a newer proposal', () => {
    const crashed = run({ status: 'crashed', status_since: '2026-11-23T11:00:00.000Z', error: 'its solver was lost' });
    expect(heroOf(day({ crashed_runs: [crashed] }), null, null, null)).toMatchObject({
      kind: 'trouble',
      dismiss: 'r',
      text: 'Its solver was lost. The proposal before it is still there.',
    });
    expect(kind(day({ crashed_runs: [{ ...crashed, status_since: '2026-11-23T09:00:00.000Z' }] }))).toBe('ready');
    expect(kind(day({ proposal: null, night: { date: '2026-11-23', state: 'missing', tries: 0, run: null } }))).toBe('trouble');
  });
});

describe('findings of a refresh', () => {
  const none = {
    events_set_aside: [],
    events_set_aside_total: 0,
    people_set_aside: [],
    people_set_aside_total: 0,
    number_conflicts: [],
    number_conflicts_total: 0,
    foreign_rows: 0,
    location: null,
    doubted_list: null,
  } as CrossmarkFindings;
  const row = (event_ref_num: number | null, words: string) =>
    ({ event_ref_num, words, field: 'due_date', reason: 'unreadable', since: '' }) as CrossmarkFindings['events_set_aside'][number];

  it('have a sentence each; there are none if all is well', () => {
    expect(findingWords(none)).toEqual([]);
    expect(findingWords({ ...none, events_set_aside: [row(40000123, 'due date')], events_set_aside_total: 1 })).toEqual([
      '1 event from Crossmark cannot be used: 40000123 (due date cannot be read).',
    ]);
    const many = [row(1, 'length'), row(2, 'name'), row(3, 'store'), row(null, 'event number')];
    expect(findingWords({ ...none, events_set_aside: many, events_set_aside_total: 7 })).toEqual([
      '7 events from Crossmark cannot be used: 1 (length cannot be read); 2 (name cannot be read); 3 (store cannot be read); and 4 more.',
    ]);
    const dana = { employee_id: 'E04', employee_name: 'Dana Tarn' };
    const conflict = { employees: [dana], numbers: [1, 2] };
    const sentence = 'Dana Tarn has several numbers at Crossmark: 1 and 2. Muster keeps the number that it has.';
    expect(findingWords({ ...none, number_conflicts: [conflict], number_conflicts_total: 1 })).toEqual([sentence]);
    expect(findingWords({ ...none, number_conflicts: Array(20).fill(conflict), number_conflicts_total: 25 })).toEqual([
      sentence,
      sentence,
      sentence,
      '22 more conflicts of numbers at Crossmark.',
    ]);
    const person = { number: 7, words: "person's name", reason: 'missing' } as CrossmarkFindings['people_set_aside'][number];
    expect(findingWords({ ...none, people_set_aside: Array(20).fill(person), people_set_aside_total: 30 })).toEqual([
      "30 people from Crossmark cannot be read: number 7 (person's name is missing); number 7 (person's name is missing); number 7 (person's name is missing); and 27 more.",
    ]);
    expect(findingWords({ ...none, foreign_rows: 1 })).toEqual(['1 event of another store is left out.']);
    expect(findingWords({ ...none, location: { reason: 'taken', locations: [160001] } })).toEqual([
      'Another club has the Crossmark location 160001, so nothing is imported.',
    ]);
  });

  it('explain a doubted list', () => {
    const doubt = { since: '', missing: 5, open: 8, has_nothing: false, events: [] };
    expect(doubtWords(doubt)).toBe(
      "It lacks 5 of 8 open events at once. Nothing is withdrawn until the next hour's list agrees or somebody confirms it, and no night run uses it.",
    );
    expect(doubtWords({ ...doubt, missing: 8, has_nothing: true })).toContain('It has none of 8 open events.');
  });
});
