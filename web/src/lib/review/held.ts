/** The lines that a hold affects: those that depend on a held line cannot be sent either. */
import type { Line } from '../api-types';

/** By line id: the line that holds it back; itself if a person holds it. */
export type Held = Map<string, string>;

/** Which of `lines` are held back, directly or by a dependency. `lines` are the ones that could be sent. */
export function heldOf(lines: Line[]): Held {
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
  const queue: [Line, string][] = lines.filter((line) => line.held).map((line) => [line, line.id]);
  for (let at = 0; at < queue.length; at++) {
    const [line, because] = queue[at];
    if (held.has(line.id)) continue;
    held.set(line.id, because);
    for (const dependent of dependents.get(line.event_ref_num) ?? [])
      if (byRef.has(dependent.event_ref_num)) queue.push([dependent, line.id]);
  }
  return held;
}
