import { expect, it } from 'vitest';
import { daysWords, exportsOf, tooLarge } from '../src/lib/exports';

const today = '2026-11-24';

it('every kind of export is offered on a page', () => {
  const kinds = ['events', 'calendar', 'team', 'history', 'numbers'].flatMap((page) => exportsOf(page).map((one) => one.kind));
  expect([...new Set(kinds)].sort()).toEqual(
    [
      'analytics',
      'availability',
      'corporate',
      'employees',
      'events',
      'lost',
      'outcomes',
      'payroll',
      'runs',
      'schedules',
      'time_off',
    ].sort(),
  );
  expect(exportsOf('today')).toEqual([]);
});

it('weekly exports have whole weeks by default', () => {
  for (const page of ['team', 'history'])
    for (const one of exportsOf(page).filter((one) => one.weekly)) {
      const { from, to } = one.defaultRange?.(today) ?? { from: '', to: '' };
      expect(daysWords(from, to, today, true).text).not.toContain('not whole');
    }
});

it.each([
  ['2026-11-22', '2026-11-28', true, '7 days.', false],
  ['2026-11-23', '2026-11-28', true, '6 days. Weeks run from Sunday to Saturday: not all of these are whole.', false],
  ['2026-11-23', '2026-11-23', false, '1 day.', false],
  ['2026-11-23', '2026-11-22', false, 'The last day is before the first.', true],
  ['', '2026-11-22', false, 'Choose the first and the last day.', true],
  ['2024-01-01', '2026-11-22', false, 'Days may be at most two years from today.', true],
])('%s to %s, in whole weeks: %s, gives "%s"', (from, to, weekly, text, stops) =>
  expect(daysWords(from, to, today, weekly)).toEqual({ text, stops }),
);

it('the message about too many rows names a way out', () => {
  const [events, schedules] = exportsOf('events');
  expect(tooLarge(schedules)).toContain('Choose a narrower range');
  expect(tooLarge(events)).toContain('has no range of days');
});
