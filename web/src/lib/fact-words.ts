/** A change of a fact in words: what was before, and what is since. */
import type { FactChange, HolidayRule, WeekHours } from './api-types';
import { addDays, clock, dayMonth, hours, minutesOf, spokenDay } from './dates';
import { ruleWords } from './holidays';
import { allowanceWords, dayTitle, longOf, shortDays } from './people';
import { startName, termName } from './words';

/** The parts of a fact by name, each in words. */
type Parts = Map<string, string>;

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- as the table keeps it, which the API's document does not tell apart
type Value = any;

interface Fact {
  kind: string;
  value: Value;
}

const yes = (is: unknown) => (is ? 'yes' : 'no');
const day = (date: string | null | undefined) => (date ? `${spokenDay(date)} ${date.slice(0, 4)}` : 'none');
const list = (of: string[] | null | undefined) => (of ? of.join(', ') || 'none' : 'as usual');
const time = (text: string) => clock(minutesOf(text));
const span = ({ start, end }: Value) => (start === end ? day(start) : `${dayMonth(start)} to ${dayMonth(end)} ${String(end).slice(0, 4)}`);

function week(parts: Parts, days: WeekHours, unsaid: string) {
  for (const name of shortDays) parts.set(dayTitle(longOf(name)), name in days ? allowanceWords(days[name]) : unsaid);
}

function settings(parts: Parts, { club, settings: s }: Value) {
  const planning = s.planning ?? {};
  parts.set('Name', club.name);
  parts.set('Time zone', String(club.time_zone).replaceAll('_', ' '));
  parts.set('Night run from', clock(s.run_hour * 60));
  parts.set('Time limit of the search', `${s.time_limit_s} s`);
  parts.set('Sent at the latest', `${s.lead_minutes} min before its start`);
  if (s.fairness_weeks != null) parts.set('Core are shared fairly over', `${s.fairness_weeks} past weeks`);
  if (s.workload) {
    parts.set('A week is high from', `${hours(s.workload.high_minutes)} or ${s.workload.high_days} days`);
    parts.set('A week is too much from', `${hours(s.workload.too_much_minutes)} or ${s.workload.too_much_days} days`);
  }
  const plain = { buffer_days: 'First planned day', horizon_days: 'Last planned day', block_capacity: 'Core for each shift block' };
  for (const [key, name] of Object.entries(plain)) parts.set(name, planning[key] == null ? 'as usual' : String(planning[key]));
  for (const [key, weight] of Object.entries(planning.weights ?? {})) parts.set(termName(key), Number(weight).toFixed(1));
  parts.set('Types fixed to their start date', list(planning.fixed_day_types));
  parts.set('Programme codes', list(planning.programme_codes));
  parts.set('Arrivals', planning.arrivals ? (planning.arrivals as string[]).map(time).join(', ') : 'as usual');
  for (const [key, at] of Object.entries(planning.starts ?? {})) parts.set(startName(key), time(String(at)));
}

/** What a part is where a fact does not say it. */
const unsaid = (kind: string, name: string) => (kind === 'settings' && !name.startsWith('Core') ? 'as usual' : 'none');

function partsOf({ kind, value }: Fact): Parts {
  const parts: Parts = new Map();
  if (kind === 'employee') {
    parts.set('Name', value.name);
    parts.set('Job title', value.job_title);
    parts.set('Juicer trained', yes(value.juicer_trained));
    parts.set('Works here', yes(value.active));
    parts.set('Last day', value.termination_date ? day(addDays(value.termination_date, -1)) : 'none');
    parts.set('Crossmark number', value.rep_id == null ? 'none' : String(value.rep_id));
  } else if (kind === 'availability') week(parts, value.days, 'On');
  else if (kind === 'override') {
    parts.set('Days', span(value));
    week(parts, value.days, 'as usual');
  } else if (kind === 'time_off') parts.set('Off', span(value));
  else if (kind === 'holiday') {
    parts.set('Holiday', day(value.date));
    parts.set('Name', value.name ?? 'none');
  } else if (kind === 'yearly_holiday') {
    parts.set('Holiday', `every year, ${ruleWords(value.rule as HolidayRule)}`);
    parts.set('Name', value.name ?? 'none');
  } else if (kind === 'locked_day') {
    parts.set('Locked', day(value.date));
    parts.set('Reason', value.reason ?? 'none');
  } else if (kind === 'settings') settings(parts, value);
  else if (kind === 'event') {
    const correction = value.correction ?? {};
    parts.set('Type', correction.type ?? 'as its name in Crossmark says');
    parts.set('Length', correction.minutes == null ? 'as Crossmark says' : lengthWords(correction.minutes));
    parts.set('Runs may place it', yes(value.auto));
    const { name, start, due } = correction.mend ?? {};
    if (name) parts.set('Name', name);
    if (start) parts.set('Window from', day(start));
    if (due) parts.set('Due', day(due));
  }
  return parts;
}

/** What differs, one part each: `Job title: Event Specialist → Lead Event Specialist`. */
export function changeWords(change: Pick<FactChange, 'before' | 'after'>): string[] {
  const [before, after] = [change.before as Fact | null, change.after as Fact | null];
  if (!before || !after) {
    const one = after ?? before;
    const said = one ? [...partsOf(one)].filter(([, words]) => words !== 'none' && words !== 'as usual') : [];
    return [`${after ? 'Added' : 'Taken away'}: ${said.map(([name, words]) => `${name} ${lower(words)}`).join(', ')}`];
  }
  const [was, is] = [partsOf(before), partsOf(after)];
  const names = new Set([...was.keys(), ...is.keys()]);
  const words = (parts: Parts, name: string) => parts.get(name) ?? unsaid(after.kind, name);
  return [...names]
    .filter((name) => words(was, name) !== words(is, name))
    .map((name) => `${name}: ${words(was, name)} → ${words(is, name)}`);
}

const lower = (words: string) => (words === 'On' || words === 'Off' ? words.toLowerCase() : words);

/** 390 -> `6.5 h`, 45 -> `45 min` */
export const lengthWords = (minutes: number) => (minutes < 60 ? `${minutes} min` : hours(minutes));
