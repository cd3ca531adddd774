/** Where a line was in the proposal before this one. */
import type { Line } from '../api-types';
import { clockOf, dayOf, spokenDay } from '../dates';
import { withTitles } from '../event-name';
import { firstName } from '../words';

/** Where it was, and why it is not there any more; empty where it is as it was. */
export function differsWords({ differs }: Pick<Line, 'differs'>): string {
  if (!differs) return '';
  const { employee_name, employee_id, schedule_datetime: at } = differs.from;
  const before = `In the proposal before it was with ${firstName(employee_name) || employee_id} on ${spokenDay(dayOf(at))} ${clockOf(at)}`;
  if (!differs.why) return `${before}. Nothing speaks against that place.`;
  return `${before}: ${withTitles(differs.why).replace(/\.?$/, '.')}`;
}
