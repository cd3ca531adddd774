/** A night run that still comes, and replaces what is proposed by then. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Dashboard } from '../src/lib/api-types';
import { heroOf } from '../src/lib/hero';
import { comingRun } from '../src/lib/night';
import { proposalNumbers, settings } from './dashboards';

afterEach(() => void vi.useRealTimers());

const night = (state: Dashboard['night']['state']) =>
  ({
    today: '2026-11-23',
    time_zone: 'UTC',
    night: { date: '2026-11-23', state, tries: 0, run: null },
    proposal: null,
    crashed_runs: [],
    submissions: { failed: 0, too_late: 0, in_doubt: 0, under_way: 0, paused_until: null },
  }) as unknown as Dashboard;

describe('a night run', () => {
  it.each<[Dashboard['night']['state'], number, string, string | null]>([
    ['missing', 2, '2026-11-23T07:05:00Z', '2026-11-23T08:00:00'],
    ['failed', 2, '2026-11-23T07:59:59Z', '2026-11-23T08:00:00'],
    ['crashed', 2, '2026-11-23T08:00:00Z', '2026-11-23T09:00:00'],
    ['ok', 2, '2026-11-23T07:05:00Z', null],
    ['given_up', 2, '2026-11-23T07:05:00Z', null],
    // The next full hour is midnight, at which only a run of the late evening is still started.
    ['missing', 2, '2026-11-23T23:05:00Z', null],
    ['missing', 22, '2026-11-23T23:05:00Z', '2026-11-24T00:00:00'],
    ['missing', 22, '2026-11-24T02:30:00Z', '2026-11-24T03:00:00'],
    ['missing', 22, '2026-11-24T03:00:00Z', null],
  ])('that is %s, with the run hour %i, at %s starts on its own at %s', (state, run_hour, now, at) =>
    expect(comingRun(night(state), { ...settings, run_hour }, Date.parse(now))).toBe(at),
  );

  it('that still comes is announced before and after a run by hand', () => {
    vi.useFakeTimers({ now: Date.parse('2026-11-23T07:05:00Z') });
    const hero = (more: Partial<Dashboard>) => heroOf({ ...night('missing'), ...more }, null, null, settings).text;
    const proposal = { ...proposalNumbers, at: '2026-11-23T07:01:00.000Z' };
    expect(hero({})).toBe(
      'Its hour has passed. A manager can start a run now. The night run starts on its own at 8:00 am, and replaces a proposal that is made before then; held events stay held.',
    );
    expect(hero({ proposal })).toBe(
      '9 of 9 events placed. Nothing needs a look. The night run still starts on its own at 8:00 am, and replaces what is left of this proposal; held events stay held.',
    );
    expect(hero({ proposal: { ...proposal, open: 0, accepted: 9 } })).toBe(
      '9 events accepted. The night run still starts on its own at 8:00 am.',
    );
    expect(hero({ proposal: { ...proposal, open: 0 } })).toBe(
      'No proposal waits for you. The night run has not begun. It starts on its own at 8:00 am.',
    );
    const failed = (more: Partial<Dashboard>) => hero({ ...night('failed'), ...more });
    expect(failed({})).toBe(
      'It is started again on its own. Its next try is at 8:00 am, and replaces a proposal that is made before then; held events stay held.',
    );
    expect(failed({ proposal })).toContain(' The night run is tried again at 8:00 am, and replaces what is left of this proposal');
  });
});
