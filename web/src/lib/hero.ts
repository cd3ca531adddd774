/** What Today says first: one state of the day, one thing to do. */
import type { Dashboard } from './api-types';
import { count } from './numbers';
import { dayMonth } from './dates';

export type HeroKind = 'running' | 'trouble' | 'ready' | 'sent' | 'nothing';

export interface Hero {
  kind: HeroKind;
  title: string;
  text: string;
}

const MINUTES_PER_LOOK = 0.25;

export function heroOf(found: Dashboard): Hero {
  const { open_run, trouble, proposal, submissions } = found;
  if (open_run) {
    return { kind: 'running', title: open_run.status === 'queued' ? 'A new proposal is queued' : 'A new proposal is being made', text: 'You can leave this page. It appears here when it is ready.' };
  }
  if (trouble) {
    const night = trouble.run_type === 'automatic' ? 'The night run' : 'The last run';
    const last = proposal ? ' The proposal before it is still there.' : '';
    return { kind: 'trouble', title: `${night} ${trouble.status === 'crashed' ? 'stopped on the way' : 'failed'}`, text: `${trouble.message ?? 'It ended without a proposal.'}${last}` };
  }
  if (proposal && proposal.open_lines > 0 && proposal.status !== 'approved') {
    const days = proposal.horizon ? ` for ${dayMonth(proposal.horizon.from)} to ${dayMonth(proposal.horizon.to)}` : '';
    const all = proposal.total_events_processed ?? 0;
    const placed = all - (proposal.events_failed ?? 0);
    const look = proposal.to_look_at;
    const words = look ? `${look} need a look, about ${count(Math.max(1, Math.round(look * MINUTES_PER_LOOK)), 'minute')}. The rest is routine.` : 'Nothing needs a look.';
    return { kind: 'ready', title: `The proposal${days} is ready`, text: `${placed} of ${count(all, 'event')} placed, every rule kept. ${words}` };
  }
  if (proposal?.status === 'approved') {
    const counts = proposal.counts ?? {};
    const needs = submissions.failed + submissions.in_doubt;
    const way = (counts.approved ?? 0) + (counts.submitting ?? 0);
    const parts = [`${count(counts.api_submitted ?? 0, 'event')} accepted`, way ? `${way} on their way` : '', needs ? `${needs} need you` : ''].filter(Boolean);
    return { kind: 'sent', title: 'The proposal is sent', text: `${parts.join(', ')}.${proposal.open_lines ? ` ${count(proposal.open_lines, 'event')} stayed here.` : ''}` };
  }
  return { kind: 'nothing', title: 'Nothing to review', text: 'No proposal waits for you. The next run is tonight.' };
}
