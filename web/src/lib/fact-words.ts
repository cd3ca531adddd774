/** The change of a fact in words: its parts before and after. */
import type { FactChange, FactValue, WeekHours } from './api-types';
import { addDays, clock, dayMonth, hours, minutesOf, spokenDay } from './dates';
import { ruleWords } from './holidays';
import { count } from './numbers';
import { allowanceWords, dayTitle, longOf, shortDays } from './people';
import { rotationName, startName, termName } from './words';

/** The parts of a fact by name, each in words. */
type Parts = [string, string][];
type Named = (employee: string) => string;
type Settings = Extract<FactValue, { kind: 'settings' }>['value'];

const yes = (is: boolean) => (is ? 'yes' : 'no');
const day = (date: string | null | undefined) => (date ? `${spokenDay(date)} ${date.slice(0, 4)}` : 'none');
const list = (of: string[] | null | undefined) => (of ? of.join(', ') || 'none' : 'as usual');
const time = (text: string) => clock(minutesOf(text));
const ahead = (days: number) => `${count(days, 'day')} from today`;
const span = ({ start, end }: { start: string; end: string }) =>
  start === end ? day(start) : `${dayMonth(start)} to ${dayMonth(end)} ${end.slice(0, 4)}`;

const week = (days: WeekHours, ifOmitted: string): Parts =>
  shortDays.map((name) => [dayTitle(longOf(name)), name in days ? allowanceWords(days[name]) : ifOmitted]);

const settings = (s: Settings): Parts => [
  ['Name', s.name],
  ['Time zone', s.time_zone.replaceAll('_', ' ')],
  ['Night run from', clock(s.run_hour * 60)],
  ['Time limit of the search', `${s.time_limit_s} s`],
  ['Sent at the latest', `${s.lead_minutes} min before the start`],
  ['Core are shared fairly over', count(s.fairness_weeks, 'past week')],
  ['A week is high from', `${hours(s.workload.high_minutes)} or ${count(s.workload.high_days, 'day')}`],
  ['A week is too much from', `${hours(s.workload.too_much_minutes)} or ${count(s.workload.too_much_days, 'day')}`],
  ['First planned day', ahead(s.buffer_days)],
  ['Last planned day', ahead(s.horizon_days)],
  ['Core for each shift block', String(s.block_capacity)],
  ...Object.entries(s.weights).map(([key, weight]): Parts[number] => [termName(key), weight.toFixed(1)]),
  ['Types fixed to their start date', list(s.fixed_day_types)],
  ['Programme codes', list(s.programme_codes)],
  ['Closes at', s.closing ? time(s.closing) : 'the usual time'],
  ['Arrivals', s.arrivals.map(time).join(', ')],
  ...Object.entries(s.starts).map(([key, at]): Parts[number] => [startName(key), time(at)]),
];

function partsOf(fact: FactValue, named: Named): Parts {
  switch (fact.kind) {
    case 'employee': {
      const { name, job_title, juicer_trained, active, termination_date, rep_id } = fact.value;
      return [
        ['Name', name],
        ['Job title', job_title],
        ['Juicer trained', yes(juicer_trained)],
        ['Works here', yes(active)],
        ['Last day', termination_date ? day(addDays(termination_date, -1)) : 'none'],
        ['Crossmark number', rep_id == null ? 'none' : String(rep_id)],
      ];
    }
    case 'availability':
      return week(fact.value.days, 'On');
    case 'override':
      return [['Days', span(fact.value)], ...week(fact.value.days, 'as usual')];
    case 'time_off':
      return [['Off', span(fact.value)]];
    case 'holiday':
      return [
        ['Holiday', day(fact.value.date)],
        ['Name', fact.value.name ?? 'none'],
      ];
    case 'yearly_holiday':
      return [
        ['Holiday', `every year, ${ruleWords(fact.value.rule)}`],
        ['Name', fact.value.name ?? 'none'],
      ];
    case 'locked_day':
      return [
        ['Locked', day(fact.value.date)],
        ['Reason', fact.value.reason ?? 'none'],
      ];
    case 'exception': {
      const { date, rotation, employee_id, reason } = fact.value;
      return [
        [`${rotationName[rotation]} on ${day(date)}`, named(employee_id)],
        ['Reason', reason ?? 'none'],
      ];
    }
    case 'rotations':
      return fact.value.flatMap(({ day, rotation, employee_id, backup_employee_id }): Parts => {
        const on = `on ${dayTitle(longOf(day))}`;
        return [
          [`${rotationName[rotation]} ${on}`, named(employee_id)],
          [`Backup ${rotationName[rotation].toLowerCase()} ${on}`, backup_employee_id ? named(backup_employee_id) : 'none'],
        ];
      });
    case 'settings':
      return settings(fact.value);
    case 'event': {
      const { event_type, estimated_minutes, auto, project_name, start_date, due_date } = fact.value;
      return [
        ['Type', event_type ?? 'as its name in Crossmark says'],
        ['Length', estimated_minutes == null ? 'as Crossmark says' : lengthWords(estimated_minutes)],
        ['Runs may place it', yes(auto)],
        ['Name', project_name ?? 'as Crossmark says'],
        ['Window from', start_date ? day(start_date) : 'as Crossmark says'],
        ['Due', due_date ? day(due_date) : 'as Crossmark says'],
      ];
    }
    case 'affinity':
      return [
        ['Runs use what is learned', yes(fact.value.club === 'on')],
        ['People from whose outcomes nothing is learned', fact.value.people_off.map(named).join(', ') || 'none'],
      ];
  }
}

/** The parts that differ, as `Job title: Event Specialist → Lead Event Specialist`; of a fact that was added or removed, all parts. */
export function changeWords({ before, after }: Pick<FactChange, 'before' | 'after'>, named: Named = (id) => id): string[] {
  if (!before || !after) {
    const one = after ?? before;
    const parts = one ? partsOf(one, named).filter(([, words]) => !DEFAULTS.has(words)) : [];
    const separator = one && NAMED_BY_DAY.has(one.kind) ? ': ' : ' ';
    return [`${after ? 'Added' : 'Taken away'}: ${parts.map(([name, words]) => `${name}${separator}${lower(words)}`).join(', ')}`];
  }
  const [was, is] = [new Map(partsOf(before, named)), new Map(partsOf(after, named))];
  const names = [...new Set([...was.keys(), ...is.keys()])];
  return names
    .map((name) => ({ name, was: was.get(name) ?? 'none', is: is.get(name) ?? 'none' }))
    .filter((part) => part.was !== part.is)
    .map((part) => `${part.name}: ${part.was} → ${part.is}`);
}

/** Facts whose parts have names that end with a day, so that a value without a separator would seem to belong to the day. */
const NAMED_BY_DAY = new Set<FactValue['kind']>(['exception', 'rotations']);

/** Values that are omitted if a fact was added or removed as a whole. */
const DEFAULTS = new Set(['none', 'as usual', 'as Crossmark says']);
const lower = (words: string) => (words === 'On' || words === 'Off' ? words.toLowerCase() : words);

/** 390 -> `6.5 h`, 45 -> `45 min` */
export const lengthWords = (minutes: number) => (minutes < 60 ? `${minutes} min` : hours(minutes));
