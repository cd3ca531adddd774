/** The state of the nightly run and the time of the next one, in words for Today and Review. */
import type { Dashboard, NightState, Settings } from './api-types';
import { addDays, clock, clockOf, dayOf, spokenDay, toLocal } from './dates';
import { capital } from './numbers';
import { serverNow } from './server-clock';

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
    const again = crashed.run_type === 'automatic' ? startWords({ night, time_zone }, settings) : '';
    const text = `${sentence(crashed.error ?? 'it ended without a proposal')}${after}${again}`;
    return { title, text, dismiss: crashed.run_id };
  }
  const words = NIGHTS[night.state];
  if (!words) return null;
  // A proposal of a later manual run replaces the night's.
  const since = night.run?.status_since;
  if (proposal && (since ? proposal.at > since : toLocal(proposal.at, time_zone) >= hourOf(night.date, settings))) return null;
  const why = night.run?.error ? ` ${sentence(night.run.error)}` : '';
  return { title: words.title, text: `${words.text}${why}${after}${startWords({ night, time_zone }, settings)}` };
}

/** When the night run starts on its own, and what that means for a proposal made by then, after other sentences; empty if it does not. */
function startWords(found: Pick<Found, 'night' | 'time_zone'>, settings: Settings | null): string {
  const at = comingRun(found, settings);
  if (!at) return '';
  const starts = isAgain(found) ? 'Its next try is' : 'The night run starts on its own';
  return ` ${starts} at ${clockOf(at)}, and replaces a proposal that is made before then; held events stay held.`;
}

const isAgain = ({ night }: Pick<Dashboard, 'night'>) => night.state !== 'missing';

/** Hours after its own within which a night run of the evening is still started, as the server has it. */
const RETRY_HOURS = 6;
const HOUR_MS = 3_600_000;

/**
 * When the night run that has not begun, or did not succeed, starts on its own, in local time; null if it does not. The server looks each full
 * hour whether a night run is due: from its hour until midnight, and one of the late evening until its hours are over. `now` is the
 * server's time, in milliseconds.
 */
export function comingRun(
  { night, time_zone }: Pick<Dashboard, 'night' | 'time_zone'>,
  settings: Settings | null,
  now = serverNow(),
): string | null {
  if (!settings || !['missing', 'failed', 'crashed'].includes(night.state)) return null;
  const at = toLocal(new Date((Math.floor(now / HOUR_MS) + 1) * HOUR_MS).toISOString(), time_zone);
  const hour = Number(at.slice(11, 13));
  const isOfYesterday = hour < settings.run_hour;
  if (isOfYesterday && hour + 24 >= settings.run_hour + RETRY_HOURS) return null;
  return (isOfYesterday ? addDays(dayOf(at), -1) : dayOf(at)) === night.date ? at : null;
}

/** That the night run still comes and replaces a proposal, after other sentences; empty if it does not. `open` are the events left in it. */
export function stillComesWords(found: Pick<Found, 'night' | 'time_zone'>, settings: Settings | null, open: number): string {
  const at = comingRun(found, settings);
  if (!at) return '';
  const replaces = open ? ', and replaces what is left of this proposal; held events stay held' : '';
  return ` The night run ${isAgain(found) ? 'is tried again' : 'still starts on its own'} at ${clockOf(at)}${replaces}.`;
}

/** The date of the next nightly run. */
export const nextNight = ({ state, date }: Pick<Dashboard['night'], 'state' | 'date'>) => (state === 'not_due' ? date : addDays(date, 1));

/** When the next nightly run is, in words. */
export function nextRunWords(found: Pick<Found, 'night' | 'time_zone'>, settings: Settings | null): string {
  const { night } = found;
  const words = NIGHTS[night.state];
  const at = comingRun(found, settings);
  const starts = at ? ` ${isAgain(found) ? 'Its next try is' : 'It starts on its own'} at ${clockOf(at)}.` : '';
  if (words) return `${words.title}.${starts}`;
  if (night.state === 'running') return 'The night run is under way.';
  return `The next night run is on ${spokenDay(nextNight(night))}${settings ? `, ${clock(settings.run_hour * 60)}` : ''}.`;
}

const hourOf = (date: string, settings: Settings | null) => `${date}T${String(settings?.run_hour ?? 0).padStart(2, '0')}:00:00`;

const sentence = (text: string) => capital(text).replace(/\.?$/, '.');
