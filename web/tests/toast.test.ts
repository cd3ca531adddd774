import { expect, it } from 'vitest';
import { ApiError } from '../src/lib/api';
import { errorWords } from '../src/lib/toast.svelte';

it.each([
  [new ApiError(422, 'RULES_BROKEN', 'Nico is off', {}, '7f3a-00'), 'Nothing was sent. Nico is off. Ref 7F3A00'],
  [new ApiError(0, 'SLOW', 'There was no answer'), 'There was no answer.'],
  [new ApiError(503, 'UNAVAILABLE', 'Try again'), 'Try again.'],
  [null, 'Nothing was sent. Something went wrong.'],
])('%s: says that nothing was done only if the server refused it', (error, words) =>
  expect(errorWords(error, 'Nothing was sent.')).toBe(words),
);

it('without words before it, an error has only its own words', () =>
  expect(errorWords(new ApiError(0, 'OFFLINE', 'No answer'))).toBe('No answer.'));
