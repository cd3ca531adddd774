/** What somebody changes of what is posted just now: the dialog is opened from several pages. */
import type { Subject } from './posted-change';

export type PostedEdit =
  { does: 'give' | 'swap' | 'take_back' | 'place'; subject: Subject } | { does: 'day'; person: { id: string; name: string }; day: string };

class PostedEdits {
  open = $state.raw<PostedEdit | null>(null);
}

export const postedEdits = new PostedEdits();
