// An invented club with invented people. For tests alone.
import { addDays, between, weekday } from './calendar.mjs';

export const ZONE = 'America/Indiana/Indianapolis';
export const TODAY = '2026-11-23';
export const EARLIEST = '2026-11-26';
export const END = '2026-12-14';
export const HOLIDAYS = ['2026-11-26'];
export const LOCKED = ['2026-12-05'];
export const DAYS = Array.from({ length: between(EARLIEST, END) + 1 }, (_, i) => addDays(EARLIEST, i));
export const OPEN = DAYS.filter((d) => !HOLIDAYS.includes(d) && !LOCKED.includes(d));

const SHORT = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const LONG = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const row = (id, name, job_title, juicer_trained, off, more = {}) => ({
  id, name, job_title, juicer_trained, active: true, termination_date: null, rep_id: 150000 + Number(id.slice(1)),
  weekly_availability: Object.fromEntries(SHORT.map((day, i) => [day, off.includes(i) ? false : (more.hours ?? true)])),
  availability_overrides: [], time_off: more.timeOff ? [more.timeOff] : [],
});
const SUPERVISOR = 'Club Supervisor', LEAD = 'Lead Event Specialist', BARISTA = 'Juicer Barista', SPECIALIST = 'Event Specialist';
export const employees = [
  row('E01', 'Marlow Pike', SUPERVISOR, true, [0]),
  row('E02', 'Avery Quill', LEAD, false, [3]),
  row('E03', 'Tessa Brandt', LEAD, true, [1]),
  row('E04', 'Jonah Reyes', LEAD, false, [5]),
  row('E05', 'Priya Lund', LEAD, false, [0, 6]),
  row('E06', 'Nico Farrow', BARISTA, true, [2, 3]),
  row('E07', 'Imani Crest', BARISTA, true, [5, 6]),
  row('E08', 'Delia Marsh', SPECIALIST, false, [1, 2]),
  row('E09', 'Owen Tully', SPECIALIST, false, [], { timeOff: { start: '2026-12-01', end: '2026-12-04' } }),
  row('E10', 'Rosa Kettle', SPECIALIST, false, [0]),
  row('E11', 'Hank Bellamy', SPECIALIST, false, [4]),
  row('E12', 'Yuki Sorrel', SPECIALIST, false, [2, 4], { hours: { from: '10:00', to: '18:00' } }),
  row('E13', 'Bea Lindqvist', SPECIALIST, false, [6]),
  row('E14', 'Caleb Thorn', SPECIALIST, false, [1]),
  row('E15', 'Fern Okafor', SPECIALIST, true, [3]),
  row('E16', 'Gus Ambrose', SPECIALIST, false, [0, 1, 2]),
];
export const person = (id) => employees.find((e) => e.id === id);

const week = (ids) => Object.fromEntries(LONG.map((day, i) => [day, ids[i]]));
export const rotations = () => ({
  juicer: week(['E06', 'E06', 'E07', 'E07', 'E07', 'E06', 'E06']),
  primary_lead: week(['E02', 'E02', 'E03', 'E05', 'E04', 'E03', 'E04']),
  backups: { juicer: week(['E15', 'E07', 'E15', 'E03', 'E06', null, 'E15']), primary_lead: week(['E04', 'E05', 'E02', 'E03', 'E05', 'E02', 'E03']) },
  version: 1,
});
export const exceptions = () => [
  { date: '2026-11-29', rotation_type: 'juicer', employee_id: 'E15', reason: 'Nico at a wedding' },
  { date: '2026-12-04', rotation_type: 'primary_lead', employee_id: 'E05', reason: 'Tessa covers training' },
  { date: '2026-12-10', rotation_type: 'juicer', employee_id: 'E03', reason: 'Imani, dentist' },
];
const STANDING = rotations(), SPECIAL = exceptions();
export function named(kind, day) {
  const special = SPECIAL.find((x) => x.date === day && x.rotation_type === kind);
  const weekdayName = LONG[weekday(day)];
  return special ? [special.employee_id] : [STANDING[kind][weekdayName], STANDING.backups[kind][weekdayName]].filter(Boolean);
}
export const isOff = (e, day) =>
  e.weekly_availability[SHORT[weekday(day)]] === false || e.time_off.some((t) => t.start <= day && day <= t.end);
