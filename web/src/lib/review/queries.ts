/** The server data for the details of one line. */
import { createQuery } from '@tanstack/svelte-query';
import { api } from '../api';
import type { Choices, Line } from '../api-types';
import type { Review } from './review.svelte';

/** The line with its long reasons. */
export const reasonsQuery = (line: () => Line) =>
  createQuery(() => ({
    queryKey: ['line', line().id],
    queryFn: () => api.line(line().id),
    enabled: !line().why && !line().reason,
    staleTime: Infinity,
  }));

/** The history of a line; read for each version of the line, once the edits that are under way are answered. */
export const trailQuery = (line: () => Line, review: () => Review, wanted: () => boolean) =>
  createQuery(() => ({
    queryKey: ['trail', line().id, line().version],
    queryFn: async ({ signal }) => {
      await review().settled();
      // By then another version may be shown.
      signal.throwIfAborted();
      return api.line(line().id);
    },
    enabled: wanted(),
    staleTime: Infinity,
  }));

/** Ranked people and days for a line; they depend on the current state of every other line. */
export const choicesOptions = ({ id }: Line, review: Review) => ({
  queryKey: ['choices', id, review.lines.reduce((sum, line) => sum + line.version, 0)],
  queryFn: () => api.choices(id),
  staleTime: 60_000,
});

/** Ranked people and days for an event: in the proposal, or for a change by hand, which is judged by what is posted alone. */
export const eventChoicesQuery = (ref: () => number, wanted: () => boolean, byHand = false) =>
  createQuery<Choices>(() => ({
    queryKey: ['event-choices', ref(), byHand],
    queryFn: () => api.eventChoices(ref(), byHand),
    enabled: wanted(),
    staleTime: 60_000,
  }));

/** What a place means for a line: the start that it gets, the starts that can be chosen instead, and every rule that it breaks. */
export const placeQuery = (line: () => Line, choices: () => Choices, place: () => { who: string; day: string } | null) =>
  createQuery(() => {
    const { who, day } = place() ?? { who: '', day: '' };
    return {
      queryKey: ['place', line().id, line().version, choices().plan_version, who, day],
      queryFn: () => api.checkPlace(line().id, who, day),
      enabled: !!who,
      staleTime: 60_000,
    };
  });

export const choicesQuery = (line: () => Line, review: () => Review, wanted: () => boolean) =>
  createQuery<Choices>(() => ({
    ...choicesOptions(line(), review()),
    enabled: wanted(),
    placeholderData: (before, query) => (query?.queryKey[1] === line().id ? before : undefined),
  }));
