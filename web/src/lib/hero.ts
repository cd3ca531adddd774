/** What Today says first: one state of the day, one thing to do. */
import type { Dashboard, NightState, Run, Settings } from './api-types';
import { capital, count } from './numbers';
import { dayMonth } from './dates';
import { plannedDays } from './run';

export type HeroKind = 'running' | 'trouble' | 'ready' | 'sent' | 'nothing';

export interface Hero {
  kind: HeroKind;
  title: string;
  text: string;
  /** A crashed run that can be acknowledged. */
  dismiss?: string;
}

const MINUTES_PER_LOOK = 0.25;

const NIGHTS: Partial<Record<NightState, { title: string; text: string }>> = {
  failed: { title: 'The night run failed', text: 'It is started again on its own.' },
  crashed: { title: 'The night run stopped on the way', text: 'It is started again on its own.' },
  given_up: { title: 'The night run did not succeed', text: 'It was tried several times and waits for you.' },
  missing: { title: 'The night run has not begun', text: 'Its hour has passed. You can start a run now.' },
};

export function heroOf(found: Dashboard, openRun: Run | null, lastRun: Run | null, settings: Settings | null, toLookAt?: number): Hero {
  const { proposal, submissions, crashed_runs, night } = found;
  if (openRun) {
    return {
      kind: 'running',
      title: openRun.status === 'queued' ? 'A new proposal is queued' : 'A new proposal is being made',
      text: 'You can leave this page. It appears here when it is ready.',
    };
  }
  const trouble = troubleOf(found);
  if (trouble) return trouble;
  if (!proposal) return NONE;
  // Submissions are counted over all runs: this proposal is on its way only where some of it is decided.
  const needs = submissions.failed + submissions.in_doubt;
  if (proposal.open < proposal.lines && proposal.accepted + submissions.under_way + needs > 0) {
    const parts = [
      `${count(proposal.accepted, 'event')} accepted`,
      submissions.under_way ? `${submissions.under_way} on their way` : '',
      needs ? `${needs} need you` : '',
    ].filter(Boolean);
    return {
      kind: 'sent',
      title: 'The proposal is sent',
      text: `${parts.join(', ')}.${proposal.open ? ` ${count(proposal.open, 'event')} stayed here.` : ''}`,
    };
  }
  if (proposal.open > 0) {
    const run = lastRun?.run_id === proposal.run_id ? lastRun : null;
    const days = run && settings ? plannedDays(run, settings) : null;
    // Counted by decisions where the lines are known, as Review counts them.
    const look = toLookAt ?? proposal.needs_look + proposal.not_placed;
    const words = look
      ? `${look} need a look, about ${count(Math.max(1, Math.round(look * MINUTES_PER_LOOK)), 'minute')}. The rest is routine.`
      : 'Nothing needs a look.';
    return {
      kind: 'ready',
      title: `The proposal${days ? ` for ${dayMonth(days[0])} to ${dayMonth(days[1])}` : ''} is ready`,
      text: `${proposal.lines} of ${count(proposal.lines + proposal.not_placed, 'event')} placed, every rule kept. ${words}`,
    };
  }
  return NONE;

  function troubleOf({ proposal: has }: Dashboard): Hero | null {
    const after = has ? ' The proposal before it is still there.' : '';
    const crashed = crashed_runs.find((run) => !has || (run.status_since ?? run.created_at) > has.at);
    if (crashed) {
      const title = crashed.run_type === 'automatic' ? 'The night run stopped on the way' : 'The last run stopped on the way';
      return {
        kind: 'trouble',
        title,
        text: `${sentence(crashed.error ?? 'it ended without a proposal')}${after}`,
        dismiss: crashed.run_id,
      };
    }
    const words = NIGHTS[night.state];
    // A proposal made by hand since then is as good as the night's.
    if (!words || (has && has.at > (night.run?.status_since ?? night.date))) return null;
    const why = night.run?.error ? ` ${sentence(night.run.error)}` : '';
    return { kind: 'trouble', title: words.title, text: `${words.text}${why}${after}` };
  }
}

const NONE: Hero = { kind: 'nothing', title: 'Nothing to review', text: 'No proposal waits for you. The next run is tonight.' };

const sentence = (text: string) => capital(text).replace(/\.?$/, '.');
