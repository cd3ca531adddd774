import { describe, expect, it } from 'vitest';
import {
  addDays,
  firstOfMonthAfter,
  asOf,
  clock,
  clockOf,
  dayMonth,
  daysBetween,
  daysFrom,
  duration,
  fullDay,
  hours,
  minuteOf,
  momentWords,
  monthYear,
  spokenDay,
  toLocal,
  weekday,
  weekOf,
  withYear,
} from '../src/lib/dates';
import { readDay } from '../src/lib/typed-day';

const ZONE = 'America/Indiana/Indianapolis';

describe('days', () => {
  it('are added without a time zone, across months, years and clock changes', () => {
    for (const [day, n, expected] of [
      ['2026-11-30', 1, '2026-12-01'],
      ['2026-12-31', 1, '2027-01-01'],
      ['2026-03-08', 1, '2026-03-09'],
      ['2026-11-01', -1, '2026-10-31'],
      ['2028-02-28', 1, '2028-02-29'],
    ] as const)
      expect(addDays(day, n)).toBe(expected);
    expect(daysBetween('2026-10-30', '2026-11-03')).toBe(4);
    expect(daysBetween('2026-12-01', '2026-11-23T00:01:00')).toBe(-8);
    expect(daysFrom('2026-12-30', 3)).toEqual(['2026-12-30', '2026-12-31', '2027-01-01']);
  });

  it('belong to weeks that begin on Sunday', () => {
    for (const [day, week] of [
      ['2026-11-22', '2026-11-22'],
      ['2026-11-28', '2026-11-22'],
      ['2026-11-29', '2026-11-29'],
      ['2027-01-01', '2026-12-27'],
    ])
      expect(weekOf(day)).toBe(week);
    expect(weekday('2026-11-23')).toBe(1);
  });

  it('a step of months goes to the first day of a month', () => {
    expect(firstOfMonthAfter('2026-12-31', 1)).toBe('2027-01-01');
    expect(firstOfMonthAfter('2026-01-15', -1)).toBe('2025-12-01');
  });

  it('are written with the weekday first', () => {
    expect(spokenDay('2026-12-04')).toBe('Fri 4 Dec');
    expect(fullDay('2026-11-23')).toBe('Monday 23 November');
    expect(dayMonth('2026-12-04T00:01:00')).toBe('4 Dec');
    expect(monthYear('2026-12-04')).toBe('December 2026');
  });
});

describe('times', () => {
  it('are minutes of the day', () => {
    for (const [minutes, words] of [
      [0, '12:00 am'],
      [615, '10:15 am'],
      [720, '12:00 pm'],
      [1020, '5:00 pm'],
      [1439, '11:59 pm'],
    ] as const)
      expect(clock(minutes)).toBe(words);
    expect(minuteOf('2026-11-24T10:15:00')).toBe(615);
    expect(clockOf('2026-11-24T17:05:00')).toBe('5:05 pm');
  });

  it("moments are shown in the club's time zone, before and after a clock change", () => {
    expect(toLocal('2026-11-23T12:42:00.000Z', ZONE)).toBe('2026-11-23T07:42:00');
    expect(toLocal('2026-03-08T06:59:00Z', ZONE)).toBe('2026-03-08T01:59:00');
    expect(toLocal('2026-03-08T07:01:00Z', ZONE)).toBe('2026-03-08T03:01:00');
    expect(toLocal('2026-11-24T04:30:00Z', ZONE)).toBe('2026-11-23T23:30:00');
    expect(toLocal('2026-11-24T10:15:00', ZONE)).toBe('2026-11-24T10:15:00');
  });

  it('a moment of today is shown without its day', () => {
    expect(momentWords('2026-11-23T10:04:21.000Z', ZONE, '2026-11-23')).toBe('5:04 am');
    expect(momentWords('2026-11-22T10:04:21.000Z', ZONE, '2026-11-23')).toBe('Sun 22 Nov 5:04 am');
  });

  it('the age of events is shown if they were ever refreshed', () => {
    expect(asOf('2026-11-23T11:30:00.000Z', ZONE, '2026-11-23')).toBe('Events as of 6:30 am');
    expect(asOf(null, ZONE, '2026-11-23')).toBe('');
  });

  it('lengths have a unit', () => {
    for (const [s, words] of [
      [0.3, 'under 1 s'],
      [21, '21 s'],
      [90, '2 min'],
      [3600, '60 min'],
      [7200, '2 h'],
      [259_200, '3 days'],
    ] as const)
      expect(duration(s)).toBe(words);
    expect(hours(150)).toBe('2.5 h');
    expect(hours(390)).toBe('6.5 h');
  });
});

describe('a typed day', () => {
  it.each([
    ['2026-12-04', '2026-05-01', '2026-12-04'],
    ['2026-13-45', '2026-05-01', null],
    ['2026-11-31', '2026-05-01', null],
    ['4 dec', '2026-11-23', '2026-12-04'],
    ['04 dec', '2026-11-23', '2026-12-04'],
    ['4th december', '2026-11-23', '2026-12-04'],
    ['dec. 4', '2026-11-23', '2026-12-04'],
    ['4 dec 2027', '2026-11-23', '2027-12-04'],
    ['4 dec 27', '2026-11-23', null],
    ['fri 4 dec', '2026-11-23', '2026-12-04'],
    ['fri, dec 4', '2026-11-23', '2026-12-04'],
    ['friday 4 december', '2026-11-23', '2026-12-04'],
    ['friday, december 4, 2026', '2026-11-23', '2026-12-04'],
    ['fri 4 dec 2026', '2026-05-01', '2026-12-04'],
    ['friday 2026-12-04', '2026-11-23', '2026-12-04'],
    ['thu 4 dec', '2026-11-23', '2025-12-04'],
    ['thu 4 dec 2026', '2026-11-23', null],
    ['mon 4 dec', '2026-11-23', null],
    ['fri', '2026-11-23', null],
    ['fri 4', '2026-11-23', null],
    ['2 jan', '2026-11-23', '2027-01-02'],
    ['28 dec', '2026-05-01', '2025-12-28'],
    ['28 dec', '2027-01-05', '2026-12-28'],
    ['1 may', '2026-12-28', '2027-05-01'],
    ['39 dec', '2026-11-23', null],
    ['30 feb', '2026-11-23', null],
    ['2 marble', '2026-11-23', null],
    ['2 ma.', '2026-11-23', null],
    ['4 dec salad', '2026-11-23', null],
    ['dec', '2026-11-23', null],
    ['4', '2026-11-23', null],
    ['', '2026-11-23', null],
  ])('"%s" on %s is %s', (text, today, day) => expect(readDay(text, today)).toBe(day));
});

it.each([
  ['2026-12-31', '2026-11-24', 'Thu 31 Dec'],
  ['2034-12-31', '2026-11-24', 'Sun 31 Dec 2034'],
  ['2034-12-31', '', 'Sun 31 Dec'],
])('%s in a heading on %s is "%s", with its year only if that is another one', (day, today, words) =>
  expect(withYear(spokenDay(day), day, today)).toBe(words),
);
