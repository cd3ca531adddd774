import { describe, expect, it } from 'vitest';
import type { EventItem, FactChange, FactHit, FactSaved, HolidayRule, WeekHours } from '../src/lib/api-types';
import { FormDraft } from '../src/lib/form-draft.svelte';
import { correctedWords, isLength, lengthInCrossmark, sameCorrection } from '../src/lib/event-correction';
import {
  faultWords,
  freeId,
  hitAddress,
  hitWords,
  impossibleDay,
  savedWords,
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
  ])('%o is shown as "%s"', (rule, words) => expect(ruleWords(rule)).toBe(words));

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
    expect(draft.isChanged).toBe(false);
    if (draft.typed) draft.typed.days = 4;
    expect(draft.isChanged).toBe(true);
    draft.adopt({ name: 'B', days: 5 });
    expect([draft.typed?.name, draft.typed?.days, draft.isOvertaken]).toEqual(['B', 4, true]);
    draft.discard();
    expect([draft.typed?.days, draft.isChanged, draft.isOvertaken]).toEqual([5, false, false]);
    if (draft.typed) draft.typed.days = 6;
    draft.settler()();
    draft.adopt({ name: 'B', days: 6 });
    expect([draft.isChanged, draft.isOvertaken]).toEqual([false, false]);
  });

  it('keeps what was typed while a request was under way', () => {
    const draft = new FormDraft<{ name: string; days: number }>();
    draft.adopt({ name: 'A', days: 3 });
    if (draft.typed) draft.typed.days = 4;
    const settle = draft.settler();
    if (draft.typed) draft.typed.name = 'B';
    settle();
    draft.adopt({ name: 'A', days: 4 });
    expect([draft.typed, draft.changes, draft.isOvertaken]).toEqual([{ name: 'B', days: 4 }, { name: 'B' }, false]);
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
