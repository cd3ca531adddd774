/** The rules that edited lines break, and why somebody overrode them. A list of lines does not contain this, so each line is read alone. */
import type { BrokenRule, Line } from '../api-types';
import { api } from '../api';
import { mayHaveOverride } from './line-changes';
import { isOpen } from './rows';
import type { ShownLines } from './shown-lines.svelte';
import { type LineOverride, setAsideOf } from './summary';

export class Overrides {
  /** By line id, for the lines that were read. */
  #stored = $state.raw(new Map<string, LineOverride>());
  /** By line and rule: the server's text for a rule that was overridden in this tab. */
  #serverTexts = new Map<string, Map<string, string>>();
  #reading = new Set<string>();

  constructor(
    private readonly lines: ShownLines,
    private readonly isBeingEdited: (id: string) => boolean,
  ) {}

  /** Whether the overridden rules of every edited line are known. */
  areKnown = $derived.by(() => this.lines.all.every((line) => !mayHaveOverride(line) || this.#isKnown(line)));
  setAside = $derived.by(() =>
    this.lines.all.flatMap((line) => {
      const known = mayHaveOverride(line) ? this.#stored.get(line.id) : undefined;
      return known?.rules.length ? [setAsideOf(line, known, this.#serverTexts.get(line.id))] : [];
    }),
  );

  of = (line: Line): LineOverride | undefined => this.#stored.get(line.id);

  clear() {
    this.#serverTexts.clear();
    this.#stored = new Map();
  }

  /** Records the rules that an edit breaks. If it breaks none, and the changed lines broke none before, no line needs to be read. */
  noteEdit(before: Line, line: Line, along: Line[], broken: BrokenRule[]) {
    if (broken.length) this.#serverTexts.set(line.id, new Map(broken.map(({ rule, words }) => [rule, words])));
    const brokeNone = [before, ...along.flatMap(({ id }) => this.lines.byId.get(id) ?? [])].every(
      (one) => !mayHaveOverride(one) || this.#stored.get(one.id)?.rules.length === 0,
    );
    if (broken.length || !brokeNone) return;
    this.#store([line, ...along].map(({ id, version }) => [id, { version, rules: [], why: '' }]));
  }

  /** Reads the edited lines whose overridden rules are not known. */
  readMissing() {
    for (const line of this.lines.all) {
      if (!mayHaveOverride(line) || this.#isKnown(line) || this.isBeingEdited(line.id) || this.#reading.has(line.id)) continue;
      this.#reading.add(line.id);
      void api
        .line(line.id)
        .then(({ version, overridden }) =>
          this.#store([[line.id, { version, rules: overridden?.rules ?? [], why: overridden?.reason ?? '' }]]),
        )
        // The rules stay unknown, so the summary does not say that every rule is kept.
        .catch(() => undefined)
        .finally(() => this.#reading.delete(line.id));
    }
  }

  #store(found: [string, LineOverride][]) {
    this.#stored = new Map([...this.#stored, ...found]);
  }

  /** Whether it is known which rules a line breaks; for a sent line they no longer change. */
  #isKnown(line: Line): boolean {
    const known = this.#stored.get(line.id);
    return !!known && (known.version >= line.version || !isOpen(line));
  }
}
