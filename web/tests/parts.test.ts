import { describe, expect, it, vi } from 'vitest';
import { ApiError } from '../src/lib/api';
import { inTurn, isTooFar, missingOf } from '../src/lib/parts';

const failure = new Error('slow');
const query = (members: { data?: string; error?: Error; isEnabled?: boolean }) => {
  const { data, error = null, isEnabled = true } = members;
  return { data, error, isEnabled, isPending: data === undefined && !error, refetch: vi.fn() };
};

type Members = Parameters<typeof query>[0];

describe('a query that needs the answer of another one', () => {
  const CASES: [string, Members, Members, Error | null, 'first' | 'then'][] = [
    ['waits with it', {}, { isEnabled: false }, null, 'first'],
    ['fails with it, and Try again repeats the other one', { error: failure }, { isEnabled: false }, failure, 'first'],
    ['has its own failure once it is sent', { data: 'today' }, { error: failure }, failure, 'then'],
    ['does not fail with a later read of the other one', { data: 'today', error: failure }, { data: 'found' }, null, 'then'],
    ['does not fail with it if the address has what it needs', { error: failure }, { data: 'found' }, null, 'then'],
  ];

  it.each(CASES)('%s', (_, one, other, error, repeated) => {
    const [first, then] = [query(one), query(other)];
    const combined = inTurn(first, then);
    expect(combined.error).toBe(error);
    expect(combined.data).toBe(then.data);
    combined.refetch();
    expect(first.refetch).toHaveBeenCalledTimes(repeated === 'first' ? 1 : 0);
    expect(then.refetch).toHaveBeenCalledTimes(repeated === 'then' ? 1 : 0);
  });
});

it.each<[string, Members, number]>([
  ['that failed is missing', { error: failure }, 1],
  ['that is still being read is not', {}, 0],
  ['whose later read failed is not', { data: 'found', error: failure }, 0],
  ['that failed before, and that the page does not ask for, is not', { error: failure, isEnabled: false }, 0],
  ['that could not be read because the session ended is not', { error: new ApiError(401, 'SIGNED_OUT', 'Sign in.') }, 0],
])('a part of a page %s', (_, members, expected) => {
  expect(missingOf([{ what: 'the team', query: query(members) }])).toHaveLength(expected);
});

it('a part that waits for a failed query is missing', () => {
  const waiting = inTurn(query({ error: failure }), query({ isEnabled: false }));
  expect(missingOf([{ what: 'the findings', query: waiting }])).toHaveLength(1);
});

it('another try is offered unless every missing part was asked about a date that is too far away', () => {
  const tooFar = { what: 'the findings', query: query({ error: new ApiError(400, 'DATE_OUT_OF_BOUNDS', 'Week is 2035-01-01.') }) };
  const failed = { what: 'the rotations', query: query({ error: failure }) };
  expect(isTooFar([tooFar])).toBe(true);
  expect(isTooFar([tooFar, failed])).toBe(false);
});
