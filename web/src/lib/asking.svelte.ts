/** The subject of the open "what if" dialog, which several pages open. */
import type { TrialChange } from './api-types';

export interface About {
  person?: string;
  day?: string;
  /** The event, by number. */
  event?: number;
  /** An earlier question to which something is added. */
  change?: TrialChange;
}

class Asking {
  about = $state.raw<About | null>(null);
}

export const asking = new Asking();
