/** A form over something saved: what is typed stays until it is saved or discarded, whatever others save meanwhile. */
import { differing, type Fields, isSame, merged } from './merge';
import { recallDraft, rememberDraft } from './stored';

interface Kept<T> {
  base: T;
  typed: T;
}

const copy = <T>(of: T): T => JSON.parse(JSON.stringify(of)) as T;

export class Draft<T extends Fields> {
  base = $state.raw<T | null>(null);
  typed = $state<T | null>(null);
  /** Somebody else saved another value in the place of one that was typed here. */
  overtaken = $state(false);
  changed = $derived(!!this.base && !!this.typed && !isSame(this.base, this.typed));

  /** Under `kept` an unsaved draft is kept in this tab. */
  constructor(private readonly kept: string | null = null) {}

  /** Takes what is saved now. */
  adopt(found: T) {
    if (this.base && isSame(this.base, found)) return;
    const before = this.base && this.typed ? { base: this.base, typed: $state.snapshot(this.typed) as T } : this.#recalled(found);
    const next = before ? merged(before.base, before.typed, found) : { typed: found, clash: false };
    this.#set(found, next.typed);
    this.overtaken = next.clash;
    this.keep();
  }

  /** What was typed, without what stands already. */
  get changes(): Partial<T> {
    return this.typed ? differing(this.base, $state.snapshot(this.typed) as T) : {};
  }

  /** What is typed is what stands now. */
  settle() {
    if (this.typed) this.#set($state.snapshot(this.typed) as T, this.typed);
    this.overtaken = false;
    this.keep();
  }

  discard() {
    if (this.base) this.#set(this.base, this.base);
    this.overtaken = false;
    this.keep();
  }

  /** Keeps what is typed over what somebody else saved. */
  rebase() {
    this.overtaken = false;
  }

  /** Call after a change of what is typed. */
  keep() {
    if (this.kept) rememberDraft(this.kept, this.changed ? { base: this.base, typed: this.typed } : null);
  }

  #set(base: T, typed: T) {
    this.base = copy(base);
    this.typed = copy(typed);
  }

  #recalled(found: T): Kept<T> | null {
    const kept = this.kept ? recallDraft<Kept<T>>(this.kept) : null;
    const fields = (of: unknown) => Object.keys((of as object | null) ?? {}).sort();
    return kept && isSame(fields(kept.typed), fields(found)) && isSame(fields(kept.base), fields(found)) ? kept : null;
  }
}
