/** A sentence in words, and what was understood and found. */
export interface AskCandidate {
  /** The id of a person, or the number of an event. */
  id: string;
  name: string;
  /** What tells an event apart: type, person and day. */
  detail?: string;
}

/** Something to ask back: who or what is meant. */
export interface AskQuestion {
  about: 'person' | 'event';
  said: string;
  /** None where nothing is near. */
  candidates: AskCandidate[];
}

/** One of `answer`, `question` and `not_understood` is there. */
export interface AskAnswer {
  /** What was understood; none where nothing was. */
  understood: {
    /** The tool that answers. */
    tool: string;
    arguments: Record<string, unknown>;
    /** The answer in a line, with days resolved. */
    echo: string | null;
  } | null;
  /** The tool's answer, or a draft in short. */
  answer: Record<string, unknown> | null;
  /** The draft that a person may confirm, where the sentence is an order. */
  draft_id: string | null;
  /** Where the client shows it. */
  address: string | null;
  question: AskQuestion | null;
  not_understood: {
    said: string;
    /** Why, where it was nearly understood. */
    why: string | null;
    /** Sentences that would be understood. */
    nearest: string[];
  } | null;
}
