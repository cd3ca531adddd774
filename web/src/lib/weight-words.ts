/**
 * What matters, said in words: a closed table of phrases, each of which names a weight and by how much it changes. What is
 * not in the table is not guessed; the nearest names are offered instead.
 */

/** By how much a weight changes: it is multiplied, or set. */
export type Amount = { times: number } | { to: number };

export interface Wish {
  weight: string;
  amount: Amount;
  /** What was said of it. */
  said: string;
}

export interface Unknown {
  said: string;
  /** The weights whose phrases are nearest, the nearest first. */
  nearest: string[];
}

export interface Reading {
  wishes: Wish[];
  unknown: Unknown[];
}

export const MORE = 1.5;
export const LESS = 0.67;
export const MOST_WEIGHT = 5;

const more: Amount = { times: MORE };
const less: Amount = { times: LESS };

/** What each weight is called. */
const SUBJECTS: Record<string, string[]> = {
  scheduled: [
    'placed',
    'placing',
    'place',
    'placing events',
    'events placed',
    'events that are placed',
    'number of events',
    'getting events worked',
  ],
  urgency: [
    'due soon',
    'due date',
    'due dates',
    'due',
    'deadline',
    'deadlines',
    'urgency',
    'urgent',
    'urgent events',
    'what is due soon',
    'what is urgent',
  ],
  type_rank: ['type', 'types', 'type order', 'order of types', 'event types', 'event type', 'kinds of events', 'type rank'],
  rotation: [
    'rotation',
    'rotations',
    'follow rotation',
    'follow rotations',
    'rota',
    'named person',
    'day person',
    'juicer and lead',
    'rotation people',
  ],
  supervisor_misuse: [
    'supervisor on core',
    'supervisor doing core',
    'supervisor off floor',
    'keep supervisor free',
    'keep supervisor off core',
    'club supervisor on core',
  ],
  supervisor_staffing: ['supervised', 'supervision', 'supervising', 'who supervises', 'supervisor checks', 'supervisor events'],
  lead_block_1: [
    'lead opens',
    'lead opening',
    'lead first',
    'lead in first block',
    'lead in block 1',
    'first block',
    'opening',
    'lead opens day',
  ],
  lead_daily: [
    'usual person',
    'usual people',
    'daily tasks',
    'daily work',
    'leads on daily tasks',
    'usual roles',
    'usual role',
    'juice work to juicers',
  ],
  fairness: [
    'fair spread',
    'fair',
    'fairness',
    'fairly',
    'equal share',
    'share of core',
    'sharing core',
    'even share',
    'same number of core',
    'equal hours',
  ],
  duplicate_product: [
    'same product twice',
    'same product',
    'double product',
    'duplicate product',
    'duplicate products',
    'duplicates',
    'repeats',
    'repeated product',
  ],
  day_balance: [
    'even days',
    'even week',
    'balance of days',
    'day balance',
    'balanced days',
    'balance',
    'balanced week',
    'core spread over week',
    'spread over week',
  ],
  bump: [
    'moves',
    'moving',
    'moving posted',
    'moving posted ones',
    'moves posted one',
    'moves of posted ones',
    'changes to posted',
    'keep posted',
    'keep posted ones',
    'posted ones',
    'stability',
  ],
  affinity: ['good fit', 'fit', 'affinity', 'experience', 'has worked this well', 'who knows product', 'history', 'worked it before'],
  earliness: ['early', 'earliness', 'earlier days', 'early days', 'waiting', 'waiting days', 'sooner', 'as early as possible'],
  ledger: ['owed core', 'ledger', 'owed', 'debts', 'earlier weeks', 'catching up', 'who had too few', 'past weeks'],
  wish: [
    'asked for',
    'what is asked for',
    'what i asked for',
    'wishes',
    'wish',
    'placed by hand',
    'my edits',
    'what i placed by hand',
    'by hand',
  ],
};

/** Whole phrases in which the direction is a part of the meaning. */
const PHRASES: Record<string, [string, Amount]> = {
  'place more events': ['scheduled', more],
  'place as many events as possible': ['scheduled', more],
  'less hurry': ['urgency', less],
  'more hurry': ['urgency', more],
  'ignore rotation': ['rotation', { to: 0 }],
  'spread core evenly': ['fairness', more],
  'spread core more evenly': ['fairness', more],
  'more evenly': ['fairness', more],
  fairer: ['fairness', more],
  'be fairer': ['fairness', more],
  'fewer moves': ['bump', more],
  'move less': ['bump', more],
  'move fewer': ['bump', more],
  'move fewer posted ones': ['bump', more],
  'move nothing': ['bump', { to: MOST_WEIGHT }],
  'more moves': ['bump', less],
  'move more': ['bump', less],
  'moves are fine': ['bump', less],
  'allow more moves': ['bump', less],
  'fewer duplicates': ['duplicate_product', more],
  'fewer repeats': ['duplicate_product', more],
  'more even days': ['day_balance', more],
  'evener days': ['day_balance', more],
  earlier: ['earliness', more],
  'plan earlier': ['earliness', more],
  'later is fine': ['earliness', less],
  'waiting is fine': ['earliness', less],
  'supervisor stays on floor': ['supervisor_misuse', more],
  'keep supervisor on floor': ['supervisor_misuse', more],
};

/** Directions, the longest first where one begins with another. */
const DIRECTIONS: [RegExp, Amount][] = [
  [/\b(?:do not|don't|dont|does not|doesn't|no longer) (?:care about|care for|mind|matter|follow|count|look at)\b/, { to: 0 }],
  [
    /\b(?:do not|don't|dont) matter\b|\bnot at all\b|\bforget\b|\bignore\b|\bleave out\b|\bnever mind\b|\bregardless of\b|\bswitch off\b/,
    { to: 0 },
  ],
  [/\b(?:as usual|back to (?:usual|normal|1|one)|usual again|like before|normal again|reset)\b/, { to: 1 }],
  [/\b(?:most of all|above all|the most|as much as possible|maximum)\b/, { to: MOST_WEIGHT }],
  [/\b(?:twice as (?:much|important)|twice|double)\b/, { times: 2 }],
  [/\b(?:half as (?:much|important)|halve|half)\b/, { times: 0.5 }],
  [/\b(?:much|a lot|far|way) (?:more|stronger|higher)(?: important| strictly| closely| strongly)?\b/, { times: 2 }],
  [/\b(?:much|a lot|far|way) (?:less|weaker|lower)(?: important| strictly| closely| strongly)?\b/, { times: 0.5 }],
  [/\b(?:a bit|a little|slightly) (?:more|stronger|higher)(?: important| strictly| closely)?\b/, { times: 1.2 }],
  [/\b(?:a bit|a little|slightly) (?:less|weaker|lower)(?: important| strictly| closely)?\b/, { times: 0.8 }],
  [/\b(?:more|stronger|higher|raise|increase)(?: important| strictly| closely| strongly| of)?\b/, more],
  [/\b(?:less|weaker|lower|reduce|decrease)(?: important| strictly| closely| strongly| of)?\b/, less],
];

/** Words that say nothing of which weight is meant. */
const FILLERS =
  /\b(?:please|i|we|want|would|like|should|shall|must|to|the|a|an|be|is|are|it|that|this|matters?|care|cares|about|counts?|weighs?|follow|make|let|for|importance|important|really|just|on|of|in|so)\b/g;

const plain = (text: string) =>
  text
    .toLowerCase()
    .replaceAll('’', "'")
    .replace(/[^a-z0-9' ]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
const bare = (text: string) => plain(text.replace(FILLERS, ' '));

const BY_PHRASE = new Map(Object.entries(PHRASES).map(([phrase, wish]) => [bare(phrase), wish]));
const BY_SUBJECT = new Map(
  Object.entries(SUBJECTS).flatMap(([weight, names]) => names.map((name): [string, string] => [bare(name), weight])),
);

/** Every weight that the table knows. */
export const knownWeights: readonly string[] = Object.keys(SUBJECTS);

/** Reads what somebody says matters; each part between commas, "and" or "but" is one wish. */
export function readWishes(text: string): Reading {
  const reading: Reading = { wishes: [], unknown: [] };
  for (const said of partsOf(text)) {
    const wish = readOne(said);
    if (wish) reading.wishes.push({ ...wish, said });
    else reading.unknown.push({ said, nearest: nearest(said) });
  }
  return reading;
}

/** `and` stands in names too: a text is cut there only where both sides say something that the table knows. */
function partsOf(text: string): string[] {
  const parts: string[] = [];
  for (const part of text
    .split(/[,;.\n]|\bbut\b/i)
    .map((one) => one.trim())
    .filter(Boolean)) {
    if (readOne(part)) parts.push(part);
    else
      parts.push(
        ...part
          .split(/\band\b/i)
          .map((one) => one.trim())
          .filter(Boolean),
      );
  }
  return parts;
}

function readOne(said: string): Omit<Wish, 'said'> | null {
  const text = plain(said);
  const whole = BY_PHRASE.get(bare(text));
  if (whole) return { weight: whole[0], amount: whole[1] };
  for (const [pattern, amount] of DIRECTIONS) {
    if (!pattern.test(text)) continue;
    const weight = BY_SUBJECT.get(bare(text.replace(pattern, ' ')));
    if (weight) return { weight, amount };
  }
  return null;
}

const MOST_NEAREST = 3;

/** The weights whose phrases are nearest to what was said. */
function nearest(said: string): string[] {
  let text = plain(said);
  for (const [pattern] of DIRECTIONS) text = text.replace(pattern, ' ');
  const words = bare(text).split(' ').filter(Boolean);
  const distances = Object.entries(SUBJECTS).map(([weight, names]) => ({
    weight,
    distance: Math.min(...names.map((name) => apart(words, bare(name).split(' ')))),
  }));
  return distances
    .sort((a, b) => a.distance - b.distance)
    .slice(0, MOST_NEAREST)
    .map((one) => one.weight);
}

/** How far words are from a name, from 0 (all of them are in it) to 1. */
function apart(words: string[], name: string[]): number {
  if (!words.length) return 1;
  const each = words.map((word) => Math.min(...name.map((other) => edits(word, other) / Math.max(word.length, other.length))));
  const unused = Math.max(0, name.length - words.length) * 0.05;
  return each.reduce((sum, one) => sum + one, 0) / each.length + unused;
}

/** The number of letters that must be changed to make one word of another. */
function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length];
}

/** A weight after a wish: 0 to 5, with one decimal. What is left out and is to count more counts as usual. */
export function changedBy(weight: number, amount: Amount): number {
  const raw = 'to' in amount ? amount.to : weight === 0 && amount.times > 1 ? 1 : weight * amount.times;
  return Math.min(MOST_WEIGHT, Math.round(raw * 10) / 10);
}

/** All wishes on top of the weights as they are; later ones count on. */
export function applied(weights: Record<string, number>, wishes: Wish[]): Record<string, number> {
  const changed = { ...weights };
  for (const { weight, amount } of wishes) if (weight in changed) changed[weight] = changedBy(changed[weight], amount);
  return changed;
}

export const amountWords = (amount: Amount): string => ('to' in amount ? `set to ${amount.to}` : `× ${amount.times}`);
