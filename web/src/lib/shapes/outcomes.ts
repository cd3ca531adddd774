/** What became of a line. */
export type OutcomeLabel =
  | 'kept'
  | 'changed_person'
  | 'changed_day'
  | 'changed_both'
  | 'rejected'
  | 'accepted'
  | 'completed'
  | 'no_show'
  | 'taken_back'
  | 'call_out';

export interface LineOutcome {
  line_id: string;
  event_ref_num: number;
  event_type: string;
  /** The day that it was proposed for. */
  date: string;
  label: OutcomeLabel | null;
  holder_id: string;
  holder_name: string | null;
  /** Its day now. */
  holder_date: string;
  end: 'accepted' | 'completed' | 'no_show' | 'taken_back' | 'call_out' | null;
  /** Who did it in the holder's place, said by hand. */
  done_by_id: string | null;
  done_by_name: string | null;
  corrected_by_hand: boolean;
  version: number;
}

export interface OutcomeRequest {
  what: 'completed' | 'did_not_come' | 'somebody_else' | 'withdrawn';
  employee_id?: string;
  version: number;
}
