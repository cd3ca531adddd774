import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Employee, Finding, MorningHealth, Setup } from '../src/lib/api-types';
import { api, ApiError } from '../src/lib/api';
import { savedRotations, replacedException, takeBackRotations, takeBackSaved } from '../src/lib/fix-undo';
import { cannotWork, fixAddress, marksOf } from '../src/lib/finding-marks';
import { healthChart } from '../src/lib/history';
import { missingNeeded, nextStep, stepStatus, zonesWith } from '../src/lib/setup';
import { candidatesOf, choiceOf, grouped, requestOf } from '../src/lib/take-over';

vi.hoisted(() => {
  vi.stubGlobal('location', { hash: '' });
  vi.stubGlobal('history', { state: null });
  vi.stubGlobal('addEventListener', () => undefined);
});

describe('a new club', () => {
  const step = (step: Setup['steps'][number]['step'], done: boolean, needed: boolean, missing: string[] = []) => ({
    step,
    done,
    needed,
    missing,
  });
  const setup: Setup = {
    exists: true,
    ready: false,
    locations: [],
    steps: [
      step('club', true, true),
      step('crossmark', false, true, ['Crossmark was not read yet.']),
      step('holidays', false, false, ['No holiday is known.']),
      step('first_proposal', false, false, ['No proposal was made yet.']),
    ],
  };

  test('names what a run lacks, and the next step', () => {
    expect(missingNeeded(setup)).toEqual(['Crossmark was not read yet.']);
    expect(nextStep(setup)).toBe('crossmark');
    expect(setup.steps.map((one) => stepStatus(one).text)).toEqual(['Done', 'Needed', 'Can wait', 'Can wait']);
    expect(nextStep({ ...setup, steps: [setup.steps[0]] })).toBeNull();
  });

  test("zones are found by words, this browser's first", () => {
    const zones = ['America/Denver', 'America/Indiana/Indianapolis', 'America/New_York', 'Europe/Berlin'];
    expect(zonesWith('', zones, 'Europe/Berlin')[0]).toBe('Europe/Berlin');
    expect(zonesWith('new york', zones, 'Europe/Berlin')).toEqual(['America/New_York']);
    expect(zonesWith('america ind', zones, 'America/Indiana/Indianapolis')).toEqual(['America/Indiana/Indianapolis']);
    expect(zonesWith('atlantis', zones, 'Europe/Berlin')).toEqual([]);
  });

  const person = (more: Partial<Employee>) =>
    ({ id: 'E1', name: 'Rosa', rep_id: 1, active: true, termination_date: null, version: 1, ...more }) as Employee;

  test('people are taken over by group, each with a free id', () => {
    const people = [
      person({}),
      person({ id: 'E2', name: 'Zed (E2)', own_name: 'Zed', rep_id: 2, active: false }),
      person({ id: 'E9', rep_id: 9, active: false, version: 3 }),
    ];
    const unknown = [
      { rep_id: 1, employee_id: 'E1', name: 'Rosa' },
      { rep_id: 3, employee_id: 'E3', name: 'Noel' },
      { rep_id: 4, employee_id: 'E1', name: 'Avery' },
      { rep_id: 5, employee_id: null, name: '' },
      { rep_id: 6, employee_id: 'no good id', name: 'Kit' },
      { rep_id: 6, employee_id: null, name: 'Kit' },
    ];
    const candidates = candidatesOf(unknown, people);
    expect(candidates.map(({ id, rep, version, group }) => [id, rep, version, group])).toEqual([
      ['E2', 2, 1, 'scheduled'],
      ['REP4', 4, 0, 'listed'],
      ['REP6', 6, 0, 'listed'],
      ['E3', 3, 0, 'listed'],
      ['REP5', 5, 0, 'nameless'],
    ]);
    expect(candidates[0].name, 'the name that is saved').toBe('Zed');
    expect(grouped(candidates).map(({ group, of }) => [group, of.length])).toEqual([
      ['scheduled', 1],
      ['listed', 3],
      ['nameless', 1],
    ]);
    const listedPerson = (rep_id: number, employee_id: string | null) => ({ rep_id, employee_id, name: `Number ${rep_id}` });
    const ids = candidatesOf([listedPerson(18, 'REP19'), listedPerson(19, null), listedPerson(20, 'REP19')], people).map((one) => one.id);
    expect(
      ids.filter((id) => /^REP(19|20)/.test(id)),
      'ids that Crossmark gave twice, or that look like ours',
    ).toEqual(['REP19', 'REP19-2', 'REP20']);
    expect(choiceOf(candidates[4]).take).toBe(false);
    expect(requestOf(candidates[1], { ...choiceOf(candidates[1]), job_title: 'Club Supervisor', juicer_trained: true })).toMatchObject({
      name: 'Avery',
      job_title: 'Club Supervisor',
      juicer_trained: true,
      active: true,
      rep_id: 4,
      version: 0,
    });
  });
});

describe('marks of findings', () => {
  const finding = (id: string, more: Partial<Finding>): Finding => ({
    id,
    rule: 'W4',
    title: '',
    severity: 'warning',
    date: '2026-11-27',
    week: null,
    employee_id: 'E1',
    employee_name: null,
    event_ref_nums: [7],
    text: 'rosa is late',
    ignored: null,
    ...more,
  });

  test('are on days and entries, the most severe first, with a link to Fix', () => {
    const ignored = { by: 'vera', at: '', reason: '', until: '2026-11-28' };
    const marks = marksOf([
      finding('a', {}),
      finding('b', { severity: 'critical', text: 'rosa is off' }),
      finding('c', { severity: 'info', date: '2026-11-26' }),
      finding('d', { ignored, date: '2026-11-25' }),
      finding('e', { date: null, week: '2026-11-22', event_ref_nums: [8] }),
    ]);
    expect([...marks.byDay.keys()]).toEqual(['2026-11-27']);
    expect(marks.byDay.get('2026-11-27')).toMatchObject({ n: 2, tone: 'bad', words: '2 issues: Rosa is off. And 1 more.' });
    expect(marks.byRef.get(8)).toMatchObject({ n: 1, tone: 'warn', href: '#/fix?week=2026-11-22&finding=e' });
    expect(fixAddress({ id: 'x', date: '2026-11-27', week: null })).toBe('#/fix?week=2026-11-22&finding=x');
  });

  test('a finding about a day off is recognised', () => {
    expect(cannotWork(finding('a', { rule: 'H2' }), 'E1')).toBe(true);
    expect(cannotWork(finding('a', { rule: 'H2' }), 'E2')).toBe(false);
    expect(cannotWork(finding('a', {}), 'E1')).toBe(false);
  });
});

test('health has a point for each recorded morning, and gaps between them', () => {
  const week = (health: number, critical: number) => ({ week: '2026-11-15', health, critical, warnings: 0, schedules: 10 });
  const mornings: MorningHealth[] = [
    { date: '2026-11-17', this_week: week(80, 2), next_week: null },
    { date: '2026-11-19', this_week: week(100, 0), next_week: null },
    { date: '2026-11-20', this_week: null, next_week: week(3, 3) },
  ];
  const { labels, series } = healthChart(mornings);
  expect(labels).toEqual(['17 Nov', '18 Nov', '19 Nov']);
  expect(series.map((one) => one.values)).toEqual([[80, null, 100]]);
  expect([series[0].words(80), series[0].to]).toEqual(['80 of 100', 100]);
  expect(healthChart([]).labels).toEqual([]);
});

describe('what a fix saved besides posted schedules', () => {
  beforeEach(() => vi.restoreAllMocks());
  const rotation = { kind: 'rotation' as const, date: '2026-11-27', rotation_type: 'juicer', employee_id: 'E2', employee_name: null };
  const earlier = { date: '2026-11-27', rotation_type: 'juicer' as const, employee_id: 'E5', employee_name: null, reason: 'swap' };

  test('is undone: its rotations are removed or replaced by the earlier ones, and its blocks are restored', async () => {
    const saved = savedRotations({ rotations: [rotation] });
    expect(saved).toEqual([{ date: '2026-11-27', rotation: 'juicer' }]);
    expect(replacedException(saved[0], [earlier as never])).toBe(earlier);
    const removed = vi.spyOn(api, 'removeException').mockResolvedValue(undefined);
    const put = vi.spyOn(api, 'saveException').mockResolvedValue({ success: true, exception_id: 'x', version: 1, replaces: null });
    await takeBackRotations(saved, []);
    expect(removed).toHaveBeenCalledWith('2026-11-27', 'juicer');
    await takeBackRotations(saved, [earlier as never]);
    expect(put).toHaveBeenCalledWith({ date: '2026-11-27', rotation_type: 'juicer', employee_id: 'E5', reason: 'swap' });
    const blocks = [{ event_ref_num: 202, before: 2, after: 1 }];
    const undone = vi.spyOn(api, 'undoBlocks').mockResolvedValue(undefined);
    await takeBackSaved(blocks, [], []);
    expect(undone).toHaveBeenCalledWith(blocks);
    await takeBackSaved([], [], []);
    expect(undone).toHaveBeenCalledTimes(1);
    removed.mockRejectedValue(new ApiError(404, 'EXCEPTION_NOT_FOUND', 'gone'));
    await expect(takeBackRotations(saved, [])).resolves.toBeUndefined();
    removed.mockRejectedValue(new ApiError(500, 'INTERNAL', 'no'));
    await expect(takeBackRotations(saved, [])).rejects.toThrow('no');
  });
});
