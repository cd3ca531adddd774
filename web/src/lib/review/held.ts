/** The lines that cannot be sent: a line that depends on a held or rejected line is held back too. */
import type { Line } from '../api-types';
import { isEdited } from './rows';

/** Maps the id of a line that is held back to the id of the line that it waits for, or to its own id if a person holds it. */
export type Held = Map<string, string>;

/**
 * The lines of `lines` that are held back, directly or by a dependency. `lines` are all lines that could be sent, `rejected` the lines of
 * the proposal that somebody rejected.
 */
export function heldOf(lines: Line[], rejected: Line[] = []): Held {
  const held: Held = new Map();
  const byRef = new Map(lines.map((line) => [line.event_ref_num, line]));
  const dependents = new Map<number, Line[]>();
  for (const line of lines) {
    for (const base of line.depends_on) {
      const before = dependents.get(base);
      if (before) before.push(line);
      else dependents.set(base, [line]);
    }
  }
  const queue = lines.filter((line) => line.held).map((line): [Line, string] => [line, line.id]);
  for (const base of rejected)
    for (const line of dependents.get(base.event_ref_num) ?? [])
      // At its new place the edited event may not depend on the rejected one.
      if (!isEdited(line)) queue.push([line, base.id]);
  for (let at = 0; at < queue.length; at++) {
    const [line, because] = queue[at];
    if (held.has(line.id)) continue;
    held.set(line.id, because);
    for (const dependent of dependents.get(line.event_ref_num) ?? [])
      if (byRef.has(dependent.event_ref_num)) queue.push([dependent, line.id]);
  }
  return held;
}
