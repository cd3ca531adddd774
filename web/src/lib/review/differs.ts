import type { Line } from '../api-types';
import { clockOf, dayOf, spokenDay } from '../dates';
import { withTitles } from '../event-name';
import { firstName } from '../words';

/** The previous place of a line, and why it is no longer there; empty if its place did not change. */
export function differsWords({ differs }: Pick<Line, 'differs'>): string {
  if (!differs) return '';
  const { employee_name, employee_id, schedule_datetime: at } = differs.from;
  const before = `In the previous proposal it was with ${firstName(employee_name) || employee_id} on ${spokenDay(dayOf(at))} ${clockOf(at)}`;
  if (!differs.why) return `${before}. That place still keeps every rule.`;
  return `${before}: ${withTitles(differs.why).replace(/\.?$/, '.')}`;
}
