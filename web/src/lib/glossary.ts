/** Explanations of the client's terms. */
export const glossary = {
  line: 'A line is one event of a proposal, with who works it and when.',
  hold: 'A line that is held back is not sent when you approve. It stays in the proposal, and can be sent later.',
  routine: 'Routine lines follow the rotation and the usual pattern. You need not look at them.',
  block: 'A block is one of the eight shifts of a day for Core: when to arrive, be on the floor, have lunch and leave.',
  proven: 'Proven means: the program has shown that no schedule can have more points, or how close this one is to the best.',
} as const;

export type Term = keyof typeof glossary;
