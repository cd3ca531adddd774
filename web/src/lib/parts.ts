/** What a page shows of the queries that it reads. */
import { ApiError } from './api';

export interface Read<T> {
  readonly data: T | undefined;
  readonly error: unknown;
  readonly isPending: boolean;
  readonly isEnabled: boolean;
  refetch: () => unknown;
}

/** A query (`then`) that cannot be sent before another one (`first`) is answered. Until then, it has failed if the first one has failed. */
export function inTurn<T>(first: Pick<Read<unknown>, 'data' | 'error' | 'refetch'>, then: Read<T>): Read<T> {
  const waits = () => !then.isEnabled && first.data === undefined;
  return {
    get data() {
      return then.data;
    },
    get error() {
      return waits() ? first.error : then.error;
    },
    get isPending() {
      return then.isPending;
    },
    get isEnabled() {
      return then.isEnabled || waits();
    },
    refetch: () => (waits() ? first.refetch() : then.refetch()),
  };
}

export interface Part {
  what: string;
  query: Read<unknown>;
}

// After the end of a session, the sign-in dialog is shown.
const isSignedOut = (error: unknown) => error instanceof ApiError && error.status === 401;

/** The parts that could not be loaded. A part that the page does not ask for, as in a club that is not set up, does not count. */
export const missingOf = (parts: Part[]): Part[] =>
  parts.filter(({ query }) => query.isEnabled && query.data === undefined && !!query.error && !isSignedOut(query.error));

/** Whether another try cannot help, because the date in the address is too far away for every missing part. */
export const isTooFar = (missing: Part[]): boolean => missing.every(({ query }) => query.error instanceof ApiError && query.error.isTooFar);
