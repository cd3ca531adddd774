/** The lines that an approval does not send, by the server's dry run, or by the lines' dependencies until the answer is known. */
import type { Line } from '../api-types';
import type { Effect } from './dry-run.svelte';
import { isEdited } from './rows';

/** Maps the id of a line to the id of the line that it needs, or to its own id if a person holds it. */
export type Needs = Map<string, string>;

/** The lines that a person holds, and those that wait for one of these. */
export function heldBy(lines: Line[], { held_with }: Effect): Needs {
  return new Map([...held_with.map(({ line, waits_for }): [string, string] => [line, waits_for]), ...ownHolds(lines)]);
}

/** An estimate of `heldBy`: every line that depends on a held line waits for it, directly or not. */
export const heldOf = (lines: Line[]): Needs => withDependents(lines, ownHolds(lines));

/** An estimate of the lines that cannot be sent without one that somebody rejected. */
export function blockedOf(lines: Line[], rejected: Line[]): Needs {
  const bases = new Map(rejected.map((line) => [line.event_ref_num, line.id]));
  const first = lines.flatMap((line): [string, string][] => {
    const base = line.depends_on.find((on) => bases.has(on));
    // At its new place an edited event may not depend on the rejected one.
    return base === undefined || isEdited(line) ? [] : [[line.id, bases.get(base) ?? '']];
  });
  return withDependents(lines, first);
}

const ownHolds = (lines: Line[]) => lines.filter((line) => line.held).map((line): [string, string] => [line.id, line.id]);

/** Adds the lines that depend on those of `first`, directly or not. */
function withDependents(lines: Line[], first: [string, string][]): Needs {
  const needs: Needs = new Map();
  const byId = new Map(lines.map((line) => [line.id, line]));
  const queue = [...first];
  for (let at = 0; at < queue.length; at++) {
    const [id, on] = queue[at];
    const line = byId.get(id);
    if (!line || needs.has(id)) continue;
    needs.set(id, on);
    for (const dependent of lines) if (dependent.depends_on.includes(line.event_ref_num)) queue.push([dependent.id, id]);
  }
  return needs;
}

/** The event that another one needs, and that is not sent. */
export interface Holder {
  title: string;
  /** Only a held event can be put back. */
  why: 'held' | 'rejected' | 'dropped' | 'refused';
}

/** Says which events rows need that somebody wanted to put back. */
export function waitingWords(waiting: { title: string; holder: Holder }[]): string {
  const held = waiting.filter(({ holder }) => holder.why === 'held').length;
  if (waiting.length > 1) {
    if (held === waiting.length) return `${held} decisions wait for others that are held back.`;
    if (held) return `${waiting.length} decisions need others that are held back or cannot be sent.`;
    return `${waiting.length} decisions need events that cannot be sent: change them or reject them too.`;
  }
  const [{ title, holder }] = waiting;
  return held ? `${title} waits for ${holder.title}, which is held back.` : `${title} ${holderWords(holder)}: change it or reject it too.`;
}

/** What a row needs, after its title. */
export const holderWords = ({ title, why }: Holder) =>
  why === 'held' ? `waits for ${title}` : `needs ${title}, which ${why === 'refused' ? 'cannot be sent' : `was ${why}`}`;
