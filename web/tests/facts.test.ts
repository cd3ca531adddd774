import { describe, expect, it } from 'vitest';
import type { EventItem, FactChange, FactHit, FactSaved, FactValue, HolidayRule, Line, WeekHours } from '../src/lib/api-types';
import { changedWords } from '../src/lib/changed';
import { FormDraft } from '../src/lib/form-draft.svelte';
import { correctedWords, isLength, lengthInCrossmark, sameCorrection } from '../src/lib/event-correction';
import {
  allWords,
  foundWords,
  matchesInClient,
  noneWords,
  openWords,
  proposedWords,
  readSearch,
  termsOf,
  wordsWithout,
} from '../src/lib/event-search';
import { changeWords } from '../src/lib/fact-words';
import {
  faultWords,
  freeId,
  hitAddress,
  hitWords,
  impossibleDay,
  newestFirst,
  savedWords,
  versionAfter,
  MIDNIGHT_TYPED,
  weekForm,
  weekOfForm,
} from '../src/lib/facts';
import { fallsOn, ruleWords } from '../src/lib/holidays';
import { differing, merged } from '../src/lib/merge';
import { changeOfWeekWords, spanWords } from '../src/lib/people';
import { closedAs } from '../src/lib/review/days';
import {
  isWithin,
  listsChanged,
  listsOfForm,
  outOfOrder,
  timesChanged,
  workloadChanged,
  workloadForm,
  workloadTrouble,
} from '../src/lib/settings-forms';

const hit: FactHit = {
  standing: 'posted',
  event_ref_num: 101,
  project_name: '619044-LKD-AF-Cherry Salad (251208539497) - V2-CORE',
  event_type: 'Core',
  employee_id: 'E01',
  employee_name: 'Avery Quill',
  schedule_datetime: '2026-12-04T10:15:00',
  line_id: null,
  reason: 'Avery Quill has time off on Fri 4 Dec',
};
const saved = (more: Partial<FactSaved> = {}, effect: Partial<FactSaved['effect']> = {}): FactSaved => ({
  success: true,
  saved: true,
  fact: 'time_off:E01~2026-12-24~2026-12-24',
  version: 1,
  effect: { words: '', posted: 0, proposed: 0, lines: [], still_sent: [], proposal_is_stale: false, ...effect },
  ...more,
});

describe('a schedule that conflicts with a change', () => {
  it('is shown with person, event, day and time', () =>
    expect(hitWords(hit)).toEqual({
      title: 'Cherry Salad',
      who: 'Avery Quill',
      when: 'Fri 4 Dec 10:15 am',
      standing: 'posted',
      reason: 'Avery Quill has time off on Fri 4 Dec',
    }));

  it.each([
    ['posted', 'posted'],
    ['proposed', 'proposed'],
    ['approved', 'approved, on its way to Crossmark'],
    ['not_accepted', 'approved, but not accepted'],
  ] as const)('that is %s is called %s', (standing, words) => expect(hitWords({ ...hit, standing }).standing).toBe(words));

  it.each([
    ['posted', null, { page: 'calendar', query: { view: 'day', day: '2026-12-04', sel: 'posted.101' } }],
    ['proposed', 'L12', { page: 'review', query: { tab: 'all', sel: 'L12' } }],
    ['approved', 'L12', { page: 'review', query: { tab: 'all', sel: 'L12' } }],
    ['approved', null, { page: 'calendar', query: { view: 'day', day: '2026-12-04', sel: 'posted.101' } }],
    ['not_accepted', 'L12', { page: 'submissions', query: {} }],
  ] as const)('is opened on the page that shows %s schedules', (standing, line_id, to) =>
    expect(hitAddress({ ...hit, standing, line_id })).toEqual(to),
  );

  it.each([
    [saved(), 'Avery is off 24 Dec.'],
    [
      saved({}, { words: '3 posted schedules can no longer stand', proposal_is_stale: true }),
      'Avery is off 24 Dec. 3 posted schedules can no longer stand. The proposal does not know of it: run again.',
    ],
    [saved({ saved: false }), 'Nothing changed: it was so already.'],
  ])('is counted in the message after saving', (done, words) => expect(savedWords('Avery is off 24 Dec', done)).toBe(words));
});

describe('a week in a form', () => {
  const week: WeekHours = { mon: false, tue: { from: '08:00', to: '14:00' }, wed: true, sat: { from: '09:00', to: '24:00' } };

  it.each(['usual week', 'change'] as const)('is read back from the form as the same %s, also with hours until midnight', (kind) => {
    for (const to of ['00:01', '14:00', '23:59', '24:00']) {
      const before: WeekHours = { ...week, sun: { from: '00:00', to } };
      // A usual week leaves out the days on which the person is available all day.
      const { wed: _, ...usual } = before;
      expect(weekOfForm(weekForm(before, kind === 'change' ? 'usual' : 'on'), kind)).toEqual(kind === 'change' ? before : usual);
    }
    expect(weekOfForm(weekForm({}, 'on'), 'usual week')).toEqual({});
  });

  it('has only the changed days if it is a change', () => {
    const form = weekForm({}, 'usual');
    expect(weekOfForm(form, 'change')).toEqual({});
    form.wed.choice = 'on';
    form.thu.choice = 'off';
    expect(weekOfForm(form, 'change')).toEqual({ wed: true, thu: false });
  });

  it('is impossible on a day whose hours end before they begin or lack a time', () => {
    const form = weekForm(week, 'on');
    expect(impossibleDay(form)).toBeNull();
    form.fri = { choice: 'hours', from: '14:00', to: '08:00' };
    expect(impossibleDay(form)).toBe('fri');
    form.fri = { choice: 'hours', from: '', to: '08:00' };
    expect(impossibleDay(form)).toBe('fri');
    form.fri = { choice: 'hours', from: '14:00', to: '' };
    expect(impossibleDay(form)).toBe('fri');
    form.fri = { choice: 'hours', from: '14:00', to: MIDNIGHT_TYPED };
    expect(impossibleDay(form)).toBeNull();
  });

  it('is shown as text', () =>
    expect(changeOfWeekWords(week)).toBe('Monday off, Tuesday 8:00 am to 2:00 pm, Wednesday on, Saturday 9:00 am to midnight'));
});

it.each([
  [[], 'E01'],
  [['E01', 'E09'], 'E10'],
  [['E07', 'someone', 'E120'], 'E121'],
])('with the ids %s the next free id is %s', (ids, id) => expect(freeId(ids.map((id) => ({ id })))).toBe(id));

it('days off are shown as a span', () => {
  expect(spanWords({ start: '2026-12-24', end: '2026-12-24' })).toBe('24 Dec');
  expect(spanWords({ start: '2026-12-24', end: '2026-12-26' })).toBe('24 Dec to 26 Dec');
});

it('every fault of refused settings is in the message', () => {
  expect(faultWords({ faults: [{ at: '$.run_hour', found: '24', expected: 'a whole number from 0 to 23' }] })).toBe(
    'Run hour is 24: expected a whole number from 0 to 23.',
  );
  expect(faultWords({})).toBe('');
});

describe('a holiday of every year', () => {
  const christmas: HolidayRule = { every: 'year', month: 12, day: 25 };
  const thanksgiving: HolidayRule = { every: 'nth_weekday', month: 11, nth: 4, weekday: 'thu' };
  const memorial: HolidayRule = { every: 'last_weekday', month: 5, weekday: 'mon' };

  it.each([
    [christmas, '25 December'],
    [thanksgiving, 'the fourth Thursday of November'],
    [memorial, 'the last Monday of May'],
  ])('is shown as text', (rule, words) => expect(ruleWords(rule)).toBe(words));

  it.each([
    [christmas, '2026-12-25', true],
    [christmas, '2026-11-25', false],
    [thanksgiving, '2026-11-26', true],
    [thanksgiving, '2026-11-19', false],
    [thanksgiving, '2027-11-25', true],
    [memorial, '2026-05-25', true],
    [memorial, '2027-05-31', true],
    [memorial, '2026-05-18', false],
  ])('%o falls on %s: %s', (rule, day, is) => expect(fallsOn(rule, day)).toBe(is));

  it('closes its days in the calendar', () => {
    const yearly = [{ id: '12-25', rule: christmas, name: 'Christmas', next: '2026-12-25', version: 1 }];
    const closed = { holidays: [], locked: [{ date: '2026-12-24', name: null }], yearly };
    expect(['2026-12-24', '2026-12-25', '2026-12-26'].map((day) => closedAs(day, closed))).toEqual(['Locked', 'Holiday', '']);
  });
});

describe('a form that somebody is filling in', () => {
  it('keeps typed fields; other fields take the values that others saved', () => {
    const base = { name: 'Avery', title: 'Lead', last: '' };
    expect(merged(base, { ...base, title: 'Club' }, { ...base, name: 'Avery Quill' })).toEqual({
      typed: { name: 'Avery Quill', title: 'Club', last: '' },
      clash: false,
    });
    expect(merged(base, { ...base, title: 'Club' }, { ...base, title: 'Juicer' })).toEqual({
      typed: { ...base, title: 'Club' },
      clash: true,
    });
    expect(merged(base, { ...base, title: 'Club' }, { ...base, title: 'Club' }).clash).toBe(false);
  });

  it('is sent without unchanged members', () => {
    expect(differing({ a: 1, b: [1] }, { a: 1, b: [2] })).toEqual({ b: [2] });
    const lists = { typesAsUsual: true, types: ['Core'], codesAsUsual: false, codes: 'lkd, CF cf' };
    expect(listsOfForm(lists)).toEqual({ fixed_day_types: null, programme_codes: ['LKD', 'CF'] });
    expect(listsChanged(lists, { ...lists, typesAsUsual: false })).toEqual({ fixed_day_types: ['Core'] });
    const times = { arrivals: ['10:15'], starts: { Freeosk: '12:00', Other: '12:00' } };
    expect(timesChanged(times, { starts: { Freeosk: '13:00', Other: '12:00' } })).toEqual({ starts: { Freeosk: '13:00' } });
  });

  it.each([
    [['10:15', '10:15', '10:45'], -1],
    [['10:15', '10:00'], 1],
    [['10:15', ''], 1],
  ])('arrivals %s: the index of the first that is out of order is %s (-1: none)', (arrivals, at) => expect(outOfOrder(arrivals)).toBe(at));

  it.each([
    ['run_hour', 23, true],
    ['run_hour', 24, false],
    ['buffer_days', 2.5, false],
    ['lead_minutes', null, false],
  ] as const)('%s may be %s: %s', (name, value, may) => expect(isWithin(name, value)).toBe(may));

  it('is a draft until it is saved or discarded', () => {
    const draft = new FormDraft<{ name: string; days: number }>();
    draft.adopt({ name: 'A', days: 3 });
    expect(draft.changed).toBe(false);
    if (draft.typed) draft.typed.days = 4;
    expect(draft.changed).toBe(true);
    draft.adopt({ name: 'B', days: 5 });
    expect([draft.typed?.name, draft.typed?.days, draft.overtaken]).toEqual(['B', 4, true]);
    draft.discard();
    expect([draft.typed?.days, draft.changed, draft.overtaken]).toEqual([5, false, false]);
    if (draft.typed) draft.typed.days = 6;
    draft.settler()();
    draft.adopt({ name: 'B', days: 6 });
    expect([draft.changed, draft.overtaken]).toEqual([false, false]);
  });

  it('keeps what was typed while a request was under way', () => {
    const draft = new FormDraft<{ name: string; days: number }>();
    draft.adopt({ name: 'A', days: 3 });
    if (draft.typed) draft.typed.days = 4;
    const settle = draft.settler();
    if (draft.typed) draft.typed.name = 'B';
    settle();
    draft.adopt({ name: 'A', days: 4 });
    expect([draft.typed, draft.changes, draft.overtaken]).toEqual([{ name: 'B', days: 4 }, { name: 'B' }, false]);
  });
});

describe('the history of a fact', () => {
  const change = (before: FactValue | null, after: FactValue | null): FactChange => ({
    version: 2,
    to: after ? 'saved' : 'removed',
    who: 'pat@club.example',
    at: '2026-11-23T09:00:00.000Z',
    why: 'person saved',
    before,
    after,
  });
  const avery = {
    id: 'E01',
    name: 'Avery Quill',
    job_title: 'Event Specialist',
    juicer_trained: false,
    active: true,
    termination_date: null,
    rep_id: null,
  };
  const planned = {
    name: 'A',
    time_zone: 'UTC',
    run_hour: 2,
    time_limit_s: 45,
    gap_points: null,
    retention_days: 21,
    settle_s: 60,
    lead_minutes: 60,
    fairness_weeks: 8,
    workload: { high_minutes: 2100, high_days: 5, too_much_minutes: 2400, too_much_days: 6 },
    buffer_days: 3,
    closing: null,
    horizon_days: 21,
    block_capacity: 1,
    weights: { fairness: 1 },
    fixed_day_types: null,
    programme_codes: null,
    arrivals: ['10:15'],
    starts: {},
  };
  const uncorrected = {
    event_ref_num: 101,
    event_type: null,
    estimated_minutes: null,
    auto: true,
    project_name: null,
    start_date: null,
    due_date: null,
    uncorrected: null,
  };
  const lead = (employee_id: string, backup_employee_id: string | null) =>
    ({ day: 'mon', rotation: 'primary_lead', employee_id, backup_employee_id }) as const;

  it.each([
    [
      { kind: 'employee', value: avery },
      { kind: 'employee', value: { ...avery, job_title: 'Club Supervisor', termination_date: '2027-01-01' } },
      ['Job title: Event Specialist → Club Supervisor', 'Last day: none → Thu 31 Dec 2026'],
    ],
    [
      { kind: 'availability', value: { employee_id: 'E01', days: { mon: false } } },
      { kind: 'availability', value: { employee_id: 'E01', days: { tue: { from: '08:00', to: '14:00' } } } },
      ['Monday: Off → On', 'Tuesday: On → 8:00 am to 2:00 pm'],
    ],
    [
      null,
      { kind: 'time_off', value: { employee_id: 'E01', start: '2026-12-24', end: '2026-12-26' } },
      ['Added: Off 24 Dec to 26 Dec 2026'],
    ],
    [{ kind: 'locked_day', value: { date: '2026-12-24', reason: null } }, null, ['Taken away: Locked Thu 24 Dec 2026']],
    [
      { kind: 'settings', value: planned },
      { kind: 'settings', value: { ...planned, closing: '20:30' } },
      ['Closes at: the usual time → 8:30 pm'],
    ],
    [
      { kind: 'settings', value: planned },
      { kind: 'settings', value: { ...planned, run_hour: 3, buffer_days: 4, weights: { fairness: 2 } } },
      ['Night run from: 2:00 am → 3:00 am', 'First planned day: 3 days from today → 4 days from today', 'Fair spread: 1.0 → 2.0'],
    ],
    [
      { kind: 'settings', value: planned },
      { kind: 'settings', value: { ...planned, fairness_weeks: 1, horizon_days: 1 } },
      [
        `Core are shared fairly over: ${planned.fairness_weeks} past weeks → 1 past week`,
        `Last planned day: ${planned.horizon_days} days from today → 1 day from today`,
      ],
    ],
    [
      { kind: 'event', value: uncorrected },
      {
        kind: 'event',
        value: {
          ...uncorrected,
          event_type: 'Other',
          estimated_minutes: 75,
          uncorrected: { event_type: null, estimated_minutes: 390 },
          auto: false,
        },
      },
      ['Type: as its name in Crossmark says → Other', 'Length: as Crossmark says → 1.3 h', 'Runs may place it: yes → no'],
    ],
    [
      { kind: 'rotations', value: [lead('E01', null), { ...lead('E02', null), day: 'tue' }] },
      { kind: 'rotations', value: [lead('E02', 'E01')] },
      [
        'Primary lead on Monday: Avery Quill → E02',
        'Backup primary lead on Monday: none → Avery Quill',
        'Primary lead on Tuesday: E02 → none',
      ],
    ],
    [
      null,
      { kind: 'exception', value: { date: '2026-12-24', rotation: 'juicer', employee_id: 'E01', reason: null } },
      ['Added: Juicer on Thu 24 Dec 2026: Avery Quill'],
    ],
    [
      { kind: 'affinity', value: { club: 'on', people_off: [] } },
      { kind: 'affinity', value: { club: 'off', people_off: ['E01'] } },
      ['Runs use what is learned: yes → no', 'People from whose outcomes nothing is learned: none → Avery Quill'],
    ],
  ] as [FactValue | null, FactValue | null, string[]][])('shows the parts that differ', (before, after, words) =>
    expect(changeWords(change(before, after), (id) => (id === 'E01' ? 'Avery Quill' : id))).toEqual(words),
  );

  it('has the newest change first, with the resulting version', () => {
    const fact: FactValue = { kind: 'employee', value: avery as never };
    const [older, newer] = [change(null, fact), { ...change(fact, null), at: '2026-11-24T09:00:00.000Z', version: 1 }];
    expect(newestFirst([older, newer])).toEqual([newer, older]);
    expect([versionAfter(older), versionAfter(newer)]).toEqual([2, 0]);
  });

  it('names the facts that changed since a run', () => {
    const since = '2026-11-23T09:00:00.000Z';
    const of = (fact: string | null, at = '2026-11-23T10:00:00.000Z') => ({ fact, at });
    expect(changedWords([of('time_off:x'), of('employee:E01'), of(null)], since)).toBe('The team changed since this run.');
    expect(changedWords([of('locked_day:2026-12-24'), of('settings:')], since)).toBe(
      'The closed days and the settings changed since this run.',
    );
    expect(changedWords([of(null), of('settings:', '2026-11-23T08:00:00.000Z')], since)).toBe('Something changed since this run.');
  });
});

describe('a corrected event', () => {
  const event = { corrected: { event_type: 'Other', estimated_minutes: 45 }, version: 7 } as EventItem;

  it("shows the correction and Crossmark's length", () => {
    expect(correctedWords(event)).toBe('by hand: type Other, length 45 min');
    expect(correctedWords({ corrected: null })).toBe('');
    const after = { kind: 'event', value: { estimated_minutes: 45, uncorrected: { event_type: null, estimated_minutes: 390 } } };
    expect(lengthInCrossmark([{ after } as unknown as FactChange])).toBe(390);
    expect(lengthInCrossmark([])).toBeNull();
  });

  it('keeps its correction when it is kept out of runs', () =>
    expect(sameCorrection(event)).toEqual({ event_type: 'Other', estimated_minutes: 45, version: 7 }));

  it.each([
    [null, true],
    [1, true],
    [10_080, true],
    [0, false],
    [1.5, false],
    [10_081, false],
  ])('may last %s minutes: %s', (minutes, may) => expect(isLength(minutes)).toBe(may));
});

describe('a search for events', () => {
  it.each([
    ['avery core', { q: 'avery core', inClient: false, dated: false }],
    ['avery 9 jan', { q: 'avery 9 jan', inClient: false, dated: true }],
    ['Fri 4 Dec', { q: '4 dec', inClient: false, dated: true }],
    ['Fri, Dec 4, 2026', { q: 'dec 4, 2026', inClient: false, dated: true }],
    ['friday 2026-12-04', { q: '2026-12-04', inClient: false, dated: true }],
    ['2 marble', { q: '', inClient: true, dated: false }],
    ['dec 4th salad', { q: 'dec 4th salad', inClient: false, dated: true }],
    ['619044', { q: '619044', inClient: false, dated: false }],
    ['friday', { q: '', inClient: true, dated: false }],
    ['dec', { q: '', inClient: true, dated: false }],
    ['4', { q: '', inClient: true, dated: false }],
    ['', { q: '', inClient: false, dated: false }],
    ['due 7 feb', { q: '', inClient: true, dated: true }],
    ['sunny mayo', { q: 'sunny mayo', inClient: false, dated: false }],
  ])('"%s" is split into the query to the server and the matching in the client', (typed, search) =>
    expect(readSearch(typed)).toEqual(search),
  );

  it('finds events by the proposed person and day and by the due day', () => {
    const one = {
      event_ref_num: 101,
      project_name: hit.project_name,
      event_type: 'Core',
      start_date: '2026-11-24T00:00:00',
      due_date: '2026-12-04T00:00:00',
    };
    const proposed = proposedWords({ employee_name: 'Rosa Kettle', schedule_datetime: '2026-11-27T10:15:00' } as Line);
    const finds = (words: string, proposal = proposed) => matchesInClient(termsOf(words), one, proposal);
    for (const words of ['rosa', 'cherry fri 27 nov', '4 dec', '2026-12-04', 'core 619044', 'november rosa'])
      expect(finds(words), words).toBe(true);
    for (const words of ['27 november core rosa', 'november 27th, rosa', 'friday 27 nov', 'due 4 dec', 'due december 4', 'due', 'friday'])
      expect(finds(words), words).toBe(true);
    for (const words of ['due 27 nov', 'due 24 nov', '7 nov', 'rosa 28 november', 'monday', 'walnut'])
      expect(finds(words), words).toBe(false);
    expect(finds('rosa', '')).toBe(false);
    expect(proposedWords(undefined)).toBe('');
  });
});

it.each<[Parameters<typeof foundWords>, string]>([
  [[1, 1, true], '1 found'],
  [[100, 1294, false], '100 of 1,294 found'],
  [[28, undefined, true], '28 found'],
  [[3, undefined, false], '3 found so far'],
])('of the events that match, as in %j, the list says "%s"', (found, words) => expect(foundWords(...found)).toBe(words));

it('the list says why it is longer than its number, and where else a search finds something', () => {
  expect(openWords(38, 18)).toBe(
    '18 events wait for somebody. 20 other events have a change that is on its way or was refused, are not open in Crossmark, or are past their last day.',
  );
  expect(openWords(2, 1)).toMatch(/^1 event waits for somebody\. 1 other event has a change /);
  expect([allWords(2), allWords(undefined)]).toEqual(['Show 2 of all events', 'Search all events']);
});

it('a search that finds nothing names the part that no event has, and can be repeated without one part', () => {
  const terms = termsOf('Core walnut due 4 Dec');
  expect(noneWords(terms, terms[1])).toBe('No event here has "walnut".');
  expect(noneWords(terms, undefined)).toBe('No event here has all of "core", "walnut" and "due 4 dec".');
  expect(noneWords(termsOf('walnut'), false)).toBe('No event here has "walnut".');
  expect(wordsWithout(terms, 1)).toBe('core due 4 dec');
});

describe('the thresholds of a workload', () => {
  const form = workloadForm({ workload: { high_minutes: 2160, too_much_minutes: 2400, high_days: 6, too_much_days: 7 } });

  it('are hours in the form and minutes in the API', () => {
    expect(form).toEqual({ high_hours: 36, high_days: 6, too_much_hours: 40, too_much_days: 7 });
    expect(workloadChanged({ high_hours: 30.25, too_much_days: 6 })).toEqual({ workload: { high_minutes: 1815, too_much_days: 6 } });
  });

  it.each([
    [{}, []],
    [{ high_hours: 36.5 }, []],
    [{ high_hours: 0 }, ['high_hours']],
    [{ too_much_hours: 168.5 }, ['too_much_hours']],
    [{ high_days: 2.5 }, ['high_days']],
    [{ too_much_days: null as never }, ['too_much_days']],
    [{ high_hours: 40 }, ['too_much_hours']],
    [{ high_days: 7 }, ['too_much_days']],
  ])('with %o the wrong fields are %o', (typed, wrong) => expect(Object.keys(workloadTrouble({ ...form, ...typed }))).toEqual(wrong));
});
