/** Facts that a manager keeps by hand: schedules that conflict with a change, refused saves in words, and the forms of weeks. */
import type { Employee, FactChange, FactHit, FactSaved, ShortDay, WeekHours } from './api-types';
import { clockOf, dayOf, spokenDay } from './dates';
import { eventName } from './event-name';
import { capital } from './numbers';
import { shortDays } from './people';
import type { Query } from './router.svelte';

/** The address that shows a schedule: a day of the calendar, the proposal with the line open, or what was not accepted. */
export function hitAddress(hit: FactHit): { page: string; query: Query } {
  if (hit.standing === 'not_accepted') return { page: 'submissions', query: {} };
  if (hit.standing === 'posted' || !hit.line_id) {
    return { page: 'calendar', query: { view: 'day', day: dayOf(hit.schedule_datetime), sel: `posted.${hit.event_ref_num}` } };
  }
  return { page: 'review', query: { tab: 'all', sel: hit.line_id } };
}

const standingWords: Record<FactHit['standing'], string> = {
  posted: 'posted',
  proposed: 'proposed',
  approved: 'approved, on its way to Crossmark',
  not_accepted: 'approved, but not accepted',
};

/** The person, the event, the time and the state of a schedule, in words. */
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

/** The message once a change is saved. */
export function savedWords(message: string, done: FactSaved): string {
  if (!done.saved) return 'Nothing changed: it was so already.';
  const { words, proposal_is_stale } = done.effect;
  return `${message}.${words ? ` ${capital(words)}.` : ''}${proposal_is_stale ? ' The proposal does not know of it: run again.' : ''}`;
}

/** The version of a fact after a change; 0 if the change removed the fact. */
export const versionAfter = (change: FactChange) => (change.after == null ? 0 : change.version);

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
  /** `usual` omits the day, so that the usual week applies. */
  choice: 'usual' | 'on' | 'off' | 'hours';
  from: string;
  /** `MIDNIGHT_TYPED` is the end of the day. */
  to: string;
}
export type WeekForm = Record<ShortDay, DayHours>;

const USUAL_HOURS = { from: '09:00', to: '17:00' };
/** The end of a day in the API. */
const MIDNIGHT = '24:00';
/** The end of a day in a time field, which cannot show 24:00. No hours can end at the start of a day. */
export const MIDNIGHT_TYPED = '00:00';

/** A week as a form shows it; `ifOmitted` is the choice of a day that the week omits. */
export function weekForm(days: WeekHours, ifOmitted: 'on' | 'usual'): WeekForm {
  const row = (day: ShortDay): DayHours => {
    const allowance = days[day];
    if (allowance === undefined) return { choice: ifOmitted, ...USUAL_HOURS };
    if (typeof allowance === 'boolean') return { choice: allowance ? 'on' : 'off', ...USUAL_HOURS };
    return { choice: 'hours', from: allowance.from, to: allowance.to === MIDNIGHT ? MIDNIGHT_TYPED : allowance.to };
  };
  return Object.fromEntries(shortDays.map((day) => [day, row(day)])) as WeekForm;
}

const endOf = ({ to }: DayHours) => (to === MIDNIGHT_TYPED ? MIDNIGHT : to);

/** The week of a form. A usual week omits days that are available all day, because that is what an omitted day means. */
export function weekOfForm(form: WeekForm, kind: 'usual week' | 'change'): WeekHours {
  const week: WeekHours = {};
  for (const day of shortDays) {
    const { choice, from } = form[day];
    if (choice === 'off') week[day] = false;
    else if (choice === 'hours') week[day] = { from, to: endOf(form[day]) };
    else if (choice === 'on' && kind === 'change') week[day] = true;
  }
  return week;
}

/** The first weekday whose hours lack a time, or do not end after they begin; null if there is none. */
export const impossibleDay = (form: WeekForm): ShortDay | null =>
  shortDays.find((day) => form[day].choice === 'hours' && !(form[day].from && form[day].from < endOf(form[day]))) ?? null;

/** A free id: the highest number of the ids like `E07`, plus one. */
export function freeId(people: Pick<Employee, 'id'>[]): string {
  const numbers = people.map(({ id }) => Number(/^E(\d{1,9})$/.exec(id)?.[1] ?? 0));
  return `E${String(Math.max(0, ...numbers) + 1).padStart(2, '0')}`;
}

/** Whether a form of days off, or of other hours, is complete. */
export const isSpan = (start: string, end: string) => !!start && !!end && start <= end;
