/** The subject of the open dialog that changes posted schedules, which several pages open. */
import type { Subject } from './posted-change';

export type PostedEdit =
  { does: 'give' | 'swap' | 'take_back' | 'place'; subject: Subject } | { does: 'day'; person: { id: string; name: string }; day: string };

class PostedEdits {
  open = $state.raw<PostedEdit | null>(null);
}

export const postedEdits = new PostedEdits();
