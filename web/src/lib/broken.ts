/** The rules that a refused change breaks. */
import type { BrokenRule } from './api-types';
import { ApiError } from './api';

/** The broken rules that an error names; none if it is another error. */
export function brokenIn(error: unknown): BrokenRule[] {
  const found = error instanceof ApiError && error.code === 'RULES_BROKEN' ? error.details.violations : null;
  return Array.isArray(found) ? (found as BrokenRule[]).filter((one) => typeof one?.words === 'string') : [];
}
