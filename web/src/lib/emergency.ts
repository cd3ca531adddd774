/** Events that only an emergency run can place. */
import type { Dashboard, DueSoon, Line, Settings } from './api-types';
import { type IsClosed, needsEmergencyRun, type Windowed } from './due';
import { isPlaced } from './review/rows';

/** The window of an event. An older server's answer lacks it; then it is the line's window, or null without a line. */
export const windowOf = (one: Partial<DueSoon> & Pick<DueSoon, 'due_date'>, line: Line | undefined): Windowed | null =>
  one.start_date ? (one as DueSoon) : (line ?? null);

/**
 * The events that only an emergency run can place, also those whose place in the proposal cannot be sent (`isStuck`). If `isTried`, such a
 * run made the proposal: events with a line without a place are left out, because it could not place them.
 */
export function emergencyEvents(
  { due_soon, today }: Dashboard,
  lines: Map<number, Line>,
  {
    settings,
    isClosed,
    isTried,
    isStuck,
  }: { settings: Settings | null; isTried: boolean; isClosed?: IsClosed; isStuck?: (line: Line) => boolean },
): DueSoon[] {
  if (!settings) return [];
  return due_soon.filter((one) => {
    const line = lines.get(one.event_ref_num);
    if (one.kept_out || (line && (isPlaced(line) ? !isStuck?.(line) : isTried))) return false;
    const window = windowOf(one, line);
    return !!window && needsEmergencyRun(window, today, settings, isClosed);
  });
}
