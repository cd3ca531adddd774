import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Finding, Fix, FixesApplied, WayOut, WaysOut } from '../src/lib/api-types';
import { api, ApiError } from '../src/lib/api';
import { clashKey, FixWork } from '../src/lib/fix-work.svelte';
import { sentChanges } from '../src/lib/sent-changes.svelte';
import { toasts } from '../src/lib/toast.svelte';
import { line } from './lines';

const finding = (id: string) => ({ id }) as Finding;
const option = (id: string) => ({ id, kind: 'change', text: id, changes: [] }) as unknown as WayOut;
const applied: FixesApplied = { blocks: [], changes: null, gone: [], not_needed: [], rotations: [] };

beforeEach(() => {
  vi.stubGlobal('sessionStorage', undefined);
  // In these tests an option is named after the person who gets the work. Two fixes clash if they give work to the same person.
  vi.spyOn(api, 'applyWaysOut').mockImplementation((fixes: Fix[]) =>
    new Set(fixes.map((fix) => fix.option)).size < fixes.length
      ? Promise.reject(new ApiError(422, 'FIXES_CLASH', 'both'))
      : Promise.resolve(applied),
  );
  vi.spyOn(api, 'waysOut').mockImplementation((id) =>
    Promise.resolve({ finding: finding(id), options: [], plan_version: 2 } as unknown as WaysOut),
  );
});
afterEach(() => void vi.restoreAllMocks());

describe('an option that clashes with a chosen fix', () => {
  it.each<[string, (work: FixWork) => Promise<unknown>, boolean]>([
    ['another fix is chosen', (work) => work.use(finding('third'), option('Nico')), true],
    ['another one clashes too', (work) => work.use(finding('third'), option('Avery')), true],
    ['that fix is taken out', (work) => work.drop('first'), false],
    ['that fix is replaced', (work) => work.use(finding('first'), option('Nico')), false],
    ['the fixes are sent', (work) => work.send(), false],
    ['that fix is not offered any more', (work) => work.showVersion(2), false],
  ])('keeps or loses its mark if %s', async (_, act, clashes) => {
    const work = new FixWork('2026-11-22');
    await work.showVersion(1);
    await work.use(finding('first'), option('Avery'));
    expect(await work.use(finding('second'), option('Avery'))).toBe(false);
    expect(work.chosen.map((one) => one.finding.id)).toEqual(['first']);
    await act(work);
    expect(work.clashing.has(clashKey('second', 'Avery'))).toBe(clashes);
  });
});

it('keeps the fixes of which nothing was sent, and says why', async () => {
  const refused = [{ line: 'run-1.1', code: 'EVENT_UNDER_WAY', reason: 'it is on its way to Crossmark', rules: [] }];
  const changes = { approval_id: null, queued: 0, left: 0, refused, lines: [line(1)] } as unknown as FixesApplied['changes'];
  const work = new FixWork('2026-11-22');
  await work.showVersion(1);
  await work.use(finding('first'), option('Avery'));
  vi.spyOn(api, 'applyWaysOut').mockResolvedValue({ ...applied, changes });
  expect(await work.send()).toBe(false);
  expect(work.problem).toBe('Nothing was sent. Cherry Salad: it is on its way to Crossmark.');
  expect([work.chosen.length, work.done, sentChanges.last]).toEqual([1, null, null]);
});

describe('a recall', () => {
  it.each([
    [0, 1, 'Recalled. Nothing was sent.'],
    [1, 0, 'Too late to recall. 1 event was already on its way. Rotations and blocks stay as they were saved.'],
  ])('with %i events on their way undoes the saved rotations and blocks %i times', async (late, undone, words) => {
    const too_late = Array.from({ length: late }, () => ({ line: 'l', status: 'submitting' as const }));
    vi.spyOn(api, 'recall').mockResolvedValue({ recalled: [], never_approved: [], too_late });
    const undo = vi.fn(() => Promise.resolve());
    const recalled = vi.fn();
    sentChanges.begin({ approval_id: 'a', queued: 1, left: 0, lines: [] }, undo, recalled);
    await sentChanges.recall();
    expect([undo, recalled].map((one) => one.mock.calls.length)).toEqual([undone, undone]);
    expect(toasts.at(-1)?.text).toBe(words);
    expect(sentChanges.last).toBeNull();
  });

  it('is reported as done even if the saved rotations could not be undone', async () => {
    vi.spyOn(api, 'recall').mockResolvedValue({ recalled: [], never_approved: [], too_late: [] });
    sentChanges.begin({ approval_id: 'a', queued: 1, left: 0, lines: [] }, () =>
      Promise.reject(new ApiError(409, 'PLAN_MOVED', 'The plan changed')),
    );
    await sentChanges.recall();
    expect(toasts.at(-1)?.text).toBe('Recalled. Nothing was sent. Rotations and blocks may still be as they were saved. The plan changed.');
    expect(sentChanges.last).toBeNull();
  });
});
