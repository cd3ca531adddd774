/**
 * Drafts in words. A draft is a change that somebody asked for in Find or through an assistant. A person confirms or discards it.
 */
import type { Draft, DraftKind, DraftSummary, DraftWhat, Place } from './api-types';
import { clockOf, dayOf, spokenDay } from './dates';
import { capital, count } from './numbers';

export const titleOfDraft = ({ title }: Pick<DraftSummary, 'title'>) => capital(title);

/** Who asked for a draft, and through what. */
export const askedWords = ({ asked_by, through }: Pick<DraftSummary, 'asked_by' | 'through'>) =>
  through === 'find' ? `${asked_by} asked for it in Find` : `${asked_by} asked for it through an assistant`;

/** The time until a draft expires, by the server's clock: `9:05`; empty if it has expired. */
export function timeLeft(expires: string, now: number): string {
  const seconds = Math.ceil((Date.parse(expires) - now) / 1000);
  if (seconds <= 0) return '';
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** The kind of each effect: what becomes of the line, or of the fact, once the draft is confirmed. */
export const effectPill: Record<DraftWhat, { text: string; tone: '' | 'ok' | 'warn' | 'bad' | 'info' }> = {
  placed: { text: 'Placed', tone: 'ok' },
  moved: { text: 'Moved', tone: 'info' },
  taken_back: { text: 'Taken back', tone: 'warn' },
  unplaced: { text: 'Loses its place', tone: 'bad' },
  held: { text: 'Held back', tone: '' },
  released: { text: 'Released', tone: '' },
  approved: { text: 'Approved', tone: 'info' },
  retried: { text: 'Retried', tone: 'info' },
  saved: { text: 'Saved', tone: '' },
  affected: { text: 'Conflicts', tone: 'warn' },
  started: { text: 'Starts', tone: 'info' },
};

export const placeWords = (place: Place | null) => {
  if (!place) return 'nobody';
  const at = place.schedule_datetime;
  return `${place.employee_name ?? place.employee_id}, ${spokenDay(dayOf(at))} ${clockOf(at)}`;
};

const SENDS: DraftKind[] = ['schedules', 'call_out', 'approve', 'retry'];
/** Whether confirming a draft sends something to Crossmark. */
export const sendsSomething = ({ kind }: Pick<DraftSummary, 'kind'>) => SENDS.includes(kind);

/** The outcome of a confirmed draft, and the page that shows it. */
export function outcomeOf({
  kind,
  outcome,
  effect,
}: Pick<Draft, 'kind' | 'outcome' | 'effect'>): { text: string; href: string; label: string } | null {
  if (!outcome) return null;
  const n = effect.lines.filter((line) => line.event_ref_num !== null).length;
  if (outcome.approval_id || kind === 'retry')
    return {
      text: `${count(n, 'event')} ${n === 1 ? 'was' : 'were'} approved for Crossmark.`,
      href: '#/submissions',
      label: 'Submissions',
    };
  if (outcome.trial_id) return { text: 'The trial was begun.', href: `#/compare/${outcome.trial_id}`, label: 'Compare' };
  if (outcome.run_id) return { text: 'A run was started.', href: '#/review', label: 'Review' };
  if (outcome.finding_id) return { text: 'The issue is ignored.', href: '#/fix', label: 'Fix' };
  if (outcome.fact) {
    const isRotation = kind === 'rotation_exception';
    return { text: 'It is saved.', href: isRotation ? '#/rotations' : '#/team', label: isRotation ? 'Rotations' : 'Team' };
  }
  const [line] = outcome.line_ids;
  return line
    ? { text: 'The proposal is changed. Nothing was sent.', href: `#/review?sel=${encodeURIComponent(line)}`, label: 'Review' }
    : null;
}

/** Whether a draft can still be confirmed or discarded. */
export const isUndecided = ({ status }: Pick<DraftSummary, 'status'>) => status === 'open' || status === 'preparing' || status === 'failed';
