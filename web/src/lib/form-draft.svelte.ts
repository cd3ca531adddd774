/** A form over a saved value. Typed values stay until they are saved or discarded, even if others save meanwhile. */
import { differing, type Fields, isSame, merged } from './merge';
import { recallDraft, rememberDraft } from './stored';

interface StoredDraft<T> {
  base: T;
  typed: T;
}

const copy = <T>(of: T): T => JSON.parse(JSON.stringify(of)) as T;

export class FormDraft<T extends Fields> {
  base = $state.raw<T | null>(null);
  typed = $state<T | null>(null);
  /** Whether somebody else saved another value for a field that was changed here. */
  isOvertaken = $state(false);
  isChanged = $derived(!!this.base && !!this.typed && !isSame(this.base, this.typed));

  /** With a `storageKey`, an unsaved draft is stored in this tab under it. */
  constructor(private readonly storageKey: string | null = null) {}

  /** Takes a newly read value, and merges it with what is typed. */
  adopt(found: T) {
    if (this.base && isSame(this.base, found)) return;
    const before = this.base && this.typed ? { base: this.base, typed: $state.snapshot(this.typed) as T } : this.#recalled(found);
    const next = before ? merged(before.base, before.typed, found) : { typed: found, clash: false };
    this.#set(found, next.typed);
    this.isOvertaken = next.clash;
    this.store();
  }

  /** The typed fields that differ from the saved value. */
  get changes(): Partial<T> {
    return this.typed ? differing(this.base, $state.snapshot(this.typed) as T) : {};
  }

  /**
   * Call when a request is sent. Returns a function to call once the request has succeeded, which makes the sent value the saved one.
   * What was typed after the request was sent stays unsaved.
   */
  settler(): () => void {
    const sent = this.typed && ($state.snapshot(this.typed) as T);
    return () => {
      if (sent) this.base = sent;
      this.isOvertaken = false;
      this.store();
    };
  }

  discard() {
    if (this.base) this.#set(this.base, this.base);
    this.isOvertaken = false;
    this.store();
  }

  /** Keeps the typed values instead of those that somebody else saved. */
  keepTyped() {
    this.isOvertaken = false;
  }

  /** Stores the draft; call it after each change of a field. */
  store() {
    if (this.storageKey) rememberDraft(this.storageKey, this.isChanged ? { base: this.base, typed: this.typed } : null);
  }

  #set(base: T, typed: T) {
    this.base = copy(base);
    this.typed = copy(typed);
  }

  #recalled(found: T): StoredDraft<T> | null {
    const kept = this.storageKey ? recallDraft<StoredDraft<T>>(this.storageKey) : null;
    const fields = (of: unknown) => Object.keys((of as object | null) ?? {}).sort();
    return kept && isSame(fields(kept.typed), fields(found)) && isSame(fields(kept.base), fields(found)) ? kept : null;
  }
}
