/** What is asked and shown about schedules that conflict with a change of a fact; every page shows it. `FactChanges` sets it. */
import type { Component } from 'svelte';
import type { FactEffect, FactHit } from './api-types';

export type ConflictAnswer = 'leave' | 'look' | 'cancel';

export interface ConflictQuestion {
  effect: FactEffect;
  answer: (answer: ConflictAnswer) => void;
  /** The dialog, which is loaded only if a change conflicts with schedules. */
  Dialog: Component<{ question: ConflictQuestion }>;
}

class FactQuestions {
  asking = $state.raw<ConflictQuestion | null>(null);
  /** Schedules that somebody wants to look at because a change conflicts with them. */
  looking = $state.raw<FactHit[]>([]);
}

export const factQuestions = new FactQuestions();
