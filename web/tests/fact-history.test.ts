import { describe, expect, it } from 'vitest';
import type { FactChange, FactValue } from '../src/lib/api-types';
import { changedWords } from '../src/lib/changed';
import { changeWords } from '../src/lib/fact-words';
import { versionAfter } from '../src/lib/facts';
import { newestFirst } from '../src/lib/queries';

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
