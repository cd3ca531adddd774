/**
 * What an approval would do with each open event: send it, hold it back or refuse it, and why. The server's dry run says it; until its
 * answer, and without one, it is estimated from the lines (`held.ts`).
 */
import type { Line } from '../api-types';
import { api } from '../api';
import { DryRun, type Effect } from './dry-run.svelte';
import { blockedOf, heldBy, heldOf, type Holder, holderWords, type Needs } from './held';
import { isOpen, isSendable, linesOf, type Row } from './rows';

/** An event that an approval refuses, and why. */
export interface Refusal {
  line: Line;
  text: string;
}

/** What `Outlook` needs from a review. */
export interface Foreseeable {
  readonly runId: string | null;
  readonly planVersion: number;
  readonly lines: Line[];
  readonly rejected: Line[];
  readonly lastRefused: { line: string; text: string }[];
  settled: () => Promise<unknown>;
  titleOf: (id: string) => string;
  inWords: (reason: string) => string;
}

export class Outlook {
  constructor(private readonly of: Foreseeable) {}

  #dryRun: DryRun = new DryRun({
    subject: () => this.#subject,
    settled: () => this.of.settled(),
    ask: () => api.approve({ run_id: this.of.runId ?? '', dry_run: true }),
  });
  /** What an approval depends on. */
  #subject = $derived.by(() =>
    JSON.stringify([
      this.of.runId,
      this.of.planVersion,
      this.of.lines.map((line) => [line.id, line.version, line.status, line.held, line.employee_id, line.schedule_datetime]),
    ]),
  );

  /** The answer of the dry run; null while it is not known for the lines on screen. */
  get effect(): Effect | null {
    return this.#dryRun.effect;
  }

  /** Open events with a place. Each of them is sent, held back or refused. */
  open = $derived.by(() => this.of.lines.filter((line) => isOpen(line) && isSendable(line)));

  /** By line: the line that it is held back with; the line itself if a person holds it. */
  held: Needs = $derived.by(() => (this.effect ? heldBy(this.open, this.effect) : heldOf(this.open)));
  heldBack = $derived(this.open.filter(({ id }) => this.held.has(id)));

  /** By line: the line without which it cannot be sent, because that was rejected or needs one that was. An estimate. */
  #blocked = $derived.by(() => blockedOf(this.open, this.of.rejected));
  /** By line: why it is refused. */
  #reasons = $derived.by((): Map<string, string> => {
    if (this.effect) return new Map(this.effect.refused.map(({ line, reason }) => [line, this.of.inWords(reason)]));
    const blocked = [...this.#blocked.keys()].flatMap((id): [string, string][] => {
      const holder = this.#blockerOf(id);
      return holder ? [[id, `it ${holderWords(holder)}`]] : [];
    });
    return new Map([...blocked, ...this.of.lastRefused.map(({ line, text }): [string, string] => [line, text])]);
  });
  /** Events that cannot be sent as they are, in the order of the reasons. */
  refused = $derived.by((): Refusal[] => {
    const free = new Map(this.open.filter(({ id }) => !this.held.has(id)).map((line) => [line.id, line]));
    return [...this.#reasons].flatMap(([id, text]) => {
      const line = free.get(id);
      return line ? [{ line, text }] : [];
    });
  });
  #refusals = $derived(new Map(this.refused.map((one) => [one.line.id, one])));

  /** Whether an approval refuses a line. */
  isRefused = (id: string): boolean => this.#refusals.has(id);

  toSend = $derived(this.open.filter(({ id }) => !this.held.has(id) && !this.#refusals.has(id)));

  /** The event that a row needs and that is not sent; undefined if there is none, or a person holds the row itself. */
  holderOf({ actsOn: { id } }: Row): Holder | undefined {
    const by = this.held.get(id);
    if (!by) return this.#refusals.has(id) ? this.#blockerOf(id) : undefined;
    return by === id ? undefined : { title: this.of.titleOf(by), why: 'held' };
  }

  isHeld = (row: Row): boolean => this.held.has(row.actsOn.id);

  /** Whether all undecided rows of these are held back; false if none is undecided. */
  areHeld(rows: Row[]): boolean {
    const undecided = rows.filter((row) => isOpen(row.actsOn));
    return undecided.length > 0 && undecided.every(this.isHeld);
  }

  /** The first event of a row that is refused; undefined if none is. */
  refusalOf(row: Row): Refusal | undefined {
    if (!this.#refusals.size) return undefined;
    return linesOf(row).flatMap(({ id }) => this.#refusals.get(id) ?? [])[0];
  }

  #blockerOf(id: string): Holder | undefined {
    const by = this.#blocked.get(id);
    if (!by) return undefined;
    const over = this.of.rejected.find((line) => line.id === by);
    return { title: this.of.titleOf(by), why: !over ? 'refused' : over.given_up ? 'dropped' : 'rejected' };
  }

  /** A new dry run, with the changes of other people. Throws if the server does not answer. */
  read = (): Promise<void> => this.#dryRun.read();
}
