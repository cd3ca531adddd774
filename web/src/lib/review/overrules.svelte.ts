/** Which rules the edited lines break, and why somebody overrode them. A list of lines does not contain this, so it is read separately. */
import type { BrokenRule, Line } from '../api-types';
import { api } from '../api';
import { mayBreak } from './line-changes';
import { isOpen } from './rows';
import type { ShownLines } from './shown-lines.svelte';
import { type Overruled, setAsideOf } from './summary';

export class Overrules {
  /** By line id, for the lines that were read. */
  #known = $state.raw(new Map<string, Overruled>());
  /** By line and rule: the server's text for a rule that was overridden in this tab. */
  #heard = new Map<string, Map<string, string>>();
  #learning = new Set<string>();

  constructor(
    private readonly lines: ShownLines,
    private readonly isBeingEdited: (id: string) => boolean,
  ) {}

  /** Whether it is known for every edited line. */
  areKnown = $derived.by(() => this.lines.all.every((line) => !mayBreak(line) || this.#isKnown(line)));
  setAside = $derived.by(() =>
    this.lines.all.flatMap((line) => {
      const known = mayBreak(line) ? this.#known.get(line.id) : undefined;
      return known?.rules.length ? [setAsideOf(line, known, this.#heard.get(line.id))] : [];
    }),
  );

  of = (line: Line): Overruled | undefined => this.#known.get(line.id);

  clear() {
    this.#heard.clear();
    this.#known = new Map();
  }

  /** Records the rules that an edit breaks. If it breaks none, and its lines broke none before, nothing needs to be read. */
  heardOf(before: Line, line: Line, along: Line[], broken: BrokenRule[]) {
    if (broken.length) this.#heard.set(line.id, new Map(broken.map(({ rule, words }) => [rule, words])));
    const kept = [before, ...along.flatMap(({ id }) => this.lines.byId.get(id) ?? [])].every(
      (one) => !mayBreak(one) || this.#known.get(one.id)?.rules.length === 0,
    );
    if (broken.length || !kept) return;
    this.#know([line, ...along].map(({ id, version }) => [id, { version, rules: [], why: '' }]));
  }

  /** Reads what is not known of the edited lines. */
  learn() {
    for (const line of this.lines.all) {
      if (!mayBreak(line) || this.#isKnown(line) || this.isBeingEdited(line.id) || this.#learning.has(line.id)) continue;
      this.#learning.add(line.id);
      void api
        .line(line.id)
        .then(({ version, overridden }) =>
          this.#know([[line.id, { version, rules: overridden?.rules ?? [], why: overridden?.reason ?? '' }]]),
        )
        .catch(() => undefined)
        .finally(() => this.#learning.delete(line.id));
    }
  }

  #know(found: [string, Overruled][]) {
    this.#known = new Map([...this.#known, ...found]);
  }

  /** Whether it is known which rules a line breaks; for a sent line they no longer change. */
  #isKnown(line: Line): boolean {
    const known = this.#known.get(line.id);
    return !!known && (known.version >= line.version || !isOpen(line));
  }
}
