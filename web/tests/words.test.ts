import { describe, expect, it } from 'vitest';
import type { CrossmarkFindings, Dashboard, Employee, Run } from '../src/lib/api-types';
import { doubtWords, findingWords } from '../src/lib/crossmark';
import { eventName, withTitles } from '../src/lib/event-name';
import { heroOf } from '../src/lib/hero';
import { capital, count, listed, pointsWords, signed } from '../src/lib/numbers';
import { awayOn, namedOn } from '../src/lib/people';
import { phasesOf, pollEvery } from '../src/lib/run';
import { gapPercent, nextBestWords, proofWords } from '../src/lib/words';

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
