/** A line that is dragged over a calendar: where it may be dropped, and why not elsewhere, according to the server. */
import type { Choices } from '../api-types';
import { queryClient } from '../queries';
import { session } from '../session.svelte';
import { errorWords, toast } from '../toast.svelte';
import { onDay } from './choices';
import { choicesOptions } from './queries';
import type { Review } from './review.svelte';
import { isOpen, type Row } from './rows';

export type Landing = 'can' | 'cannot' | '';

export class PlanDrag {
  row = $state.raw<Row | null>(null);
  /** The message for the cell under the pointer. */
  announcement = $state('');
  #choices = $state.raw<Choices | null>(null);

  constructor(private readonly review: Review) {}

  /** Whether a line may be dragged. A line that follows another one moves with it, so it cannot be dragged. */
  mayDrag(id: string): boolean {
    const row = this.review.part(id);
    return row?.line.id === id && row.line.kind !== 'dropped' && isOpen(row.line) && this.review.editable && !session.readOnly;
  }

  begin(id: string) {
    const row = this.review.part(id);
    if (!row) return;
    this.row = row;
    this.announcement = 'Checking where it may go.';
    const { line } = row;
    queryClient.fetchQuery(choicesOptions(line, this.review)).then(
      (choices) => {
        if (this.row?.id !== id) return;
        this.#choices = choices;
        this.announcement = 'Green cells keep every rule.';
      },
      (error: unknown) => {
        if (this.row?.id !== id) return;
        this.end();
        toast(errorWords(error));
      },
    );
  }

  end() {
    this.row = null;
    this.#choices = null;
    this.announcement = '';
  }

  landing(who: string, day: string): Landing {
    if (!this.#choices) return '';
    return this.#choice(who, day) ? 'can' : 'cannot';
  }

  /** Sets the message for a cell; true if the line may be dropped there. */
  hover(who: string, day: string): boolean {
    const choices = this.#choices;
    if (!choices) return false;
    const { can, cannot } = onDay(choices, day);
    const choice = can.find((one) => one.employee_id === who);
    const refusal = cannot.find((one) => one.employee_id === who);
    this.announcement = choice
      ? choice.isCurrent
        ? 'It is here now.'
        : 'Keeps every rule.'
      : refusal
        ? refusal.words + (refusal.rule ? ` (${refusal.rule})` : '')
        : 'It cannot be on this day.';
    return !!choice;
  }

  drop(who: string, day: string) {
    const choice = this.#choice(who, day);
    const { row } = this;
    this.end();
    if (choice && row && !choice.isCurrent) void this.review.change(row, choice);
  }

  #choice = (who: string, day: string) =>
    this.#choices ? onDay(this.#choices, day).can.find((one) => one.employee_id === who) : undefined;
}
