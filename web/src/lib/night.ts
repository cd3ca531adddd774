/** The state of the nightly run and the time of the next one, in words for Today and Review. */
import type { Dashboard, NightState, Settings } from './api-types';
import { addDays, clock, spokenDay, toLocal } from './dates';
import { capital } from './numbers';

export interface Trouble {
  title: string;
  text: string;
  /** The id of a crashed run that can be acknowledged. */
  dismiss?: string;
}

const NIGHTS: Partial<Record<NightState, Trouble>> = {
  failed: { title: 'The night run failed', text: 'It is started again on its own.' },
  crashed: { title: 'The night run stopped on the way', text: 'It is started again on its own.' },
  given_up: { title: 'The night run did not succeed', text: 'It is not started again on its own. A manager can start a run now.' },
  missing: { title: 'The night run has not begun', text: 'Its hour has passed. A manager can start a run now.' },
};

type Found = Pick<Dashboard, 'night' | 'crashed_runs' | 'proposal' | 'time_zone'>;

/** What is wrong with the last run; null if nothing is, or if a newer proposal has replaced it. */
export function troubleOf({ night, crashed_runs, proposal, time_zone }: Found, settings: Settings | null): Trouble | null {
  // A rejected proposal still has its numbers, but they count none of its events.
  const after = proposal && proposal.lines + proposal.not_placed > 0 ? ' The proposal before it is still there.' : '';
  const crashed = crashed_runs.find((run) => !proposal || (run.status_since ?? run.created_at) > proposal.at);
  if (crashed) {
    const title = crashed.run_type === 'automatic' ? 'The night run stopped on the way' : 'The last run stopped on the way';
    return { title, text: `${sentence(crashed.error ?? 'it ended without a proposal')}${after}`, dismiss: crashed.run_id };
  }
  const words = NIGHTS[night.state];
  if (!words) return null;
  // A proposal of a later manual run replaces the night's.
  const since = night.run?.status_since;
  if (proposal && (since ? proposal.at > since : toLocal(proposal.at, time_zone) >= hourOf(night.date, settings))) return null;
  const why = night.run?.error ? ` ${sentence(night.run.error)}` : '';
  return { title: words.title, text: `${words.text}${why}${after}` };
}

/** The date of the next nightly run. */
export const nextNight = ({ state, date }: Pick<Dashboard['night'], 'state' | 'date'>) => (state === 'not_due' ? date : addDays(date, 1));

/** When the next nightly run is, in words. */
export function nextRunWords({ night }: Pick<Dashboard, 'night'>, settings: Settings | null): string {
  const words = NIGHTS[night.state];
  if (words) return `${words.title}.`;
  if (night.state === 'running') return 'The night run is under way.';
  return `The next night run is on ${spokenDay(nextNight(night))}${settings ? `, ${clock(settings.run_hour * 60)}` : ''}.`;
}

const hourOf = (date: string, settings: Settings | null) => `${date}T${String(settings?.run_hour ?? 0).padStart(2, '0')}:00:00`;

const sentence = (text: string) => capital(text).replace(/\.?$/, '.');
