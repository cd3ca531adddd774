/** Weights from words: how the server understood a text. Only the server has the table of words. */
import { ApiError } from './api';
import type { WeightWish } from './api-types';
import { termName } from './words';

/** A phrase that the server knows, and the weight that it names. */
export interface NearWeight {
  say: string;
  weight: string;
}

/** A part of the text that the server does not know. */
export interface UnknownWords {
  said: string;
  /** The nearest first. */
  nearest: NearWeight[];
}

/** The parts that were not understood; empty if the request failed for another reason. */
export const unknownOf = (error: unknown): UnknownWords[] =>
  error instanceof ApiError && error.code === 'UNKNOWN_WORDS' ? ((error.details.unknown as UnknownWords[] | undefined) ?? []) : [];

/** The change of one weight in words: `Rotation: 1.0 → 1.5 (× 1.5: “rotation more”)`. */
export function wishWords(wish: WeightWish): string {
  const { weight, said, before, after, factor } = wish;
  const change = before === after ? `stays ${after.toFixed(1)}` : `${before.toFixed(1)} → ${after.toFixed(1)}`;
  const by = factor === null ? `set to ${after}` : `× ${factor}`;
  return `${termName(weight)}: ${change} (${by}: “${said}”)`;
}
