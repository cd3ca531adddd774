/** Facts that a manager keeps by hand: which schedules a change goes against, and why one is not saved. */
import type { Employee, FactChange, FactHit, FactSaved, ShortDay, WeekHours } from './api-types';
import { clockOf, dayOf, spokenDay } from './dates';
import { eventName } from './event-name';
import { capital } from './numbers';

/** Where a schedule is looked at: a day of the calendar, or the proposal with the line opened. */
export function hitAddress(hit: FactHit): { page: string; query: Record<string, string> } {
  if (hit.standing === 'posted' || !hit.line_id) {
    return { page: 'calendar', query: { view: 'day', day: dayOf(hit.schedule_datetime), sel: `posted.${hit.event_ref_num}` } };
  }
  return { page: 'review', query: { tab: 'all', sel: hit.line_id } };
}

const standingWords: Record<FactHit['standing'], string> = {
  posted: 'posted',
  proposed: 'proposed',
  approved: 'approved, on its way to Crossmark',
};

/** Who, which event, when, and how far it has come. */
export function hitWords(hit: FactHit): { title: string; who: string; when: string; standing: string; reason: string } {
  const at = hit.schedule_datetime;
  return {
    title: eventName(hit.project_name, hit.event_type).title,
    who: hit.employee_name ?? hit.employee_id,
    when: `${spokenDay(at)} ${clockOf(at)}`,
    standing: standingWords[hit.standing],
    reason: capital(hit.reason),
  };
}

/** What is said once a change is saved. */
export function savedWords(said: string, done: FactSaved): string {
  if (!done.saved) return 'Nothing changed: it stood so already.';
  const { words, proposal_is_stale } = done.effect;
  return `${said}.${words ? ` ${capital(words)}.` : ''}${proposal_is_stale ? ' The proposal does not know of it: run again.' : ''}`;
}

/** The newest change first. Versions begin anew where a fact was taken away and came back, so the moment comes first. */
export const newestFirst = (changes: FactChange[]): FactChange[] =>
  changes.toSorted((a, b) => b.at.localeCompare(a.at) || b.version - a.version);

/** The version that a change left: 0 where it took the fact away. */
export const versionLeft = (change: FactChange) => (change.after == null ? 0 : change.version);

interface Fault {
  at: string;
  found: string;
  expected: string;
}

/** Each fault that a refused save names, in a sentence. */
export function faultWords(details: Record<string, unknown>): string {
  const faults = Array.isArray(details.faults) ? (details.faults as Fault[]) : [];
  const name = (at: string) => capital(at.replace(/^\$\.?/, '').replaceAll('_', ' '));
  return faults.map(({ at, found, expected }) => `${name(at)} is ${found}: expected ${expected}.`).join(' ');
}

/** A weekday as a form shows it. */
export interface DayHours {
  /** `usual` says nothing of the day: it stays as the usual week has it. */
  choice: 'usual' | 'on' | 'off' | 'hours';
  from: string;
  to: string;
}
export type WeekForm = Record<ShortDay, DayHours>;

const DAYS: ShortDay[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const USUAL_HOURS = { from: '09:00', to: '17:00' };
/** The end of a day, which a time field cannot show. */
const MIDNIGHT = '24:00';
const LAST_MINUTE = '23:59';

/** A week as a form shows it; `unsaid` is what a day has that the week says nothing of. */
export function weekForm(days: WeekHours, unsaid: 'on' | 'usual'): WeekForm {
  const row = (day: ShortDay): DayHours => {
    const said = days[day];
    if (said === undefined) return { choice: unsaid, ...USUAL_HOURS };
    if (typeof said === 'boolean') return { choice: said ? 'on' : 'off', ...USUAL_HOURS };
    return { choice: 'hours', from: said.from, to: said.to === MIDNIGHT ? LAST_MINUTE : said.to };
  };
  return Object.fromEntries(DAYS.map((day) => [day, row(day)])) as WeekForm;
}

/** The week that a form says. In a usual week a whole day is left out: what it leaves out is available. */
export function weekOfForm(form: WeekForm, of: 'usual week' | 'change'): WeekHours {
  const week: WeekHours = {};
  for (const day of DAYS) {
    const { choice, from, to } = form[day];
    if (choice === 'off') week[day] = false;
    else if (choice === 'hours') week[day] = { from, to };
    else if (choice === 'on' && of === 'change') week[day] = true;
  }
  return week;
}

/** The first weekday whose hours cannot be; null where all can. */
export const impossibleDay = (form: WeekForm): ShortDay | null =>
  DAYS.find((day) => form[day].choice === 'hours' && !(form[day].from && form[day].from < form[day].to)) ?? null;

/** An id that nobody has: the highest number of those like `E07`, plus one. */
export function freeId(people: Pick<Employee, 'id'>[]): string {
  const numbers = people.map(({ id }) => Number(/^E(\d{1,9})$/.exec(id)?.[1] ?? 0));
  return `E${String(Math.max(0, ...numbers) + 1).padStart(2, '0')}`;
}

/** Whether a form of days off, or of other hours, is complete. */
export const isSpan = (start: string, end: string) => !!start && !!end && start <= end;
