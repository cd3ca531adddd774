/** Sends edits of lines: they are shown at once, sent in order, and reverted if the server refuses them. */
import type { Edit, Line } from '../api-types';
import { api, ApiError } from '../api';
import { eventType } from '../event-types';
import { count } from '../numbers';
import { errorWords, toast } from '../toast.svelte';
import type { Change } from './line-changes';
import type { Overrules } from './overrules.svelte';
import { isOpen, isSendable } from './rows';
import type { ShownLines } from './shown-lines.svelte';

/** Maximum edits of different lines under way at once. */
const AT_ONCE = 6;

export class LineEdits {
  /** By line: the number of its edits that are under way. */
  #own = new Map<string, number>();
  /** By line: the lines that its edits changed. */
  #along = new Map<string, Set<string>>();
  /** By line: the effect of its last edit on others, until it is shown. */
  #news = new Map<string, string>();
  #queues = new Map<string, Promise<boolean>>();

  constructor(
    private readonly lines: ShownLines,
    private readonly overrules: () => Overrules,
  ) {}

  isUnderWay = (id: string): boolean => this.#own.has(id);
  /** Waits for all edits that were sent. */
  settled = () => Promise.all(this.#queues.values());

  /** Call when another proposal is shown: forgets what edits changed. */
  clear() {
    this.#along.clear();
  }

  forgetNews(id: string) {
    this.#news.delete(id);
  }
  newsOf = (id: string): string | undefined => this.#news.get(id);

  /** Shows changes at once and sends them, a few at a time; reverts those that the server refuses. */
  async put(changes: Change[]): Promise<boolean> {
    const before = new Map(changes.map(({ id }) => [id, this.lines.byId.get(id)]));
    for (const { id } of changes) this.#own.set(id, (this.#own.get(id) ?? 0) + 1);
    this.lines.show(new Map(changes.map(({ id, shown }) => [id, shown])));
    const waiting = [...changes];
    let done = true;
    const work = async () => {
      for (let change = waiting.shift(); change; change = waiting.shift()) {
        const line = before.get(change.id);
        if (line) done = (await this.#inOrder(change, line)) && done;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return done;
  }

  /** Takes lines of an answer, except those that are being edited. */
  merge(lines: Line[]) {
    if (!lines.length) return;
    this.lines.merge(lines.filter((line) => !this.#own.has(line.id)));
    this.overrules().learn();
  }

  /** Sends changes of one line one after the other, because each names the version that the one before made. */
  #inOrder(change: Change, before: Line): Promise<boolean> {
    const run = (this.#queues.get(change.id) ?? Promise.resolve(true)).then(() => this.#send(change.id, change.edit, before));
    this.#queues.set(change.id, run);
    return run.finally(() => {
      const left = (this.#own.get(change.id) ?? 1) - 1;
      if (left) this.#own.set(change.id, left);
      else this.#own.delete(change.id);
      this.overrules().learn();
    });
  }

  async #send(id: string, edit: Omit<Edit, 'version'>, before: Line): Promise<boolean> {
    try {
      await this.#edit(id, edit, before);
      return true;
    } catch (error) {
      this.lines.show(new Map([[id, before]]));
      if (error instanceof ApiError && error.code === 'STALE_VERSION') this.#conflict(id, edit);
      else toast(errorWords(error));
      return false;
    }
  }

  async #edit(id: string, edit: Omit<Edit, 'version'>, before: Line) {
    const version = this.lines.byId.get(id)?.version ?? before.version;
    const { updated_schedule: line, also_changed, overridden } = await api.edit(id, { ...edit, version });
    if (edit.employee_id) this.#wentAlong(line, also_changed);
    this.overrules().heardOf(before, line, also_changed, overridden);
    if ((this.#own.get(id) ?? 0) <= 1) this.lines.replace(line);
    else this.lines.show(new Map([[id, { version: line.version }]]));
    this.merge(also_changed);
    if (edit.revert) await this.#bringBack(id);
  }

  /** Records the effect of an edit on other lines, for the message and for undo. */
  #wentAlong(line: Line, along: Line[]) {
    this.#along.set(line.id, new Set([...(this.#along.get(line.id) ?? []), ...along.map((one) => one.id)]));
    const partner = along.find((one) => one.event_ref_num === line.pair);
    const others = along.filter((one) => one !== partner);
    const lost = others.filter((one) => !isSendable(one)).length;
    const words = [
      partner ? `Its ${eventType(partner.event_type).label} ${isSendable(partner) ? 'goes along' : 'loses its place'}.` : '',
      others.length
        ? `${count(others.length, 'other event')} changed along with it${lost ? `, ${lost} ${lost === 1 ? 'has' : 'have'} no place now` : ''}.`
        : '',
    ].filter(Boolean);
    if (words.length) this.#news.set(line.id, words.join(' '));
  }

  /** Reverts a line together with the lines that its edits changed. */
  async #bringBack(id: string) {
    const along = [...(this.#along.get(id) ?? [])]
      .flatMap((one) => this.lines.byId.get(one) ?? [])
      .filter((one) => isOpen(one) && (one.original || !isSendable(one)));
    this.#along.delete(id);
    await this.put(along.map((line) => ({ id: line.id, edit: { revert: true }, shown: {} })));
  }

  /** Another person was faster: shows their version, with a button to apply this edit again. */
  #conflict(id: string, edit: Omit<Edit, 'version'>) {
    void api.line(id).then((line) => {
      this.lines.replace(line);
      toast(
        'Somebody else changed this event first. Theirs is shown.',
        { label: 'Use mine', run: () => void this.put([{ id, edit, shown: {} }]) },
        10_000,
      );
    });
  }
}
