/** What somebody wants to ask "what if" about just now: the dialog is opened from several places. */
import type { TrialChange } from './api-types';

export interface About {
  person?: string;
  day?: string;
  /** The event, by number. */
  event?: number;
  /** What is asked already, to which something is added. */
  change?: TrialChange;
}

class Asking {
  about = $state.raw<About | null>(null);
}

export const asking = new Asking();
