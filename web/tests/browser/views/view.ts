/** A page in one of its states, over a real whole that was brought there. */
import type { Route } from 'playwright-core';
import type { Manager } from '../manager';
import type { Past } from '../pasts';

export interface View {
  name: string;
  hash: string;
  /** What the whole went through before; views with the same history share one. */
  past?: Past;
  as?: 'viewer' | 'newcomer';
  /** What must stand in the way of a request before the page is opened. */
  before?: (manager: Manager) => Promise<unknown>;
  /** What the manager does after it is open. */
  go?: (manager: Manager) => Promise<unknown>;
  /** Leaves the whole changed, or the page unable to be shared. */
  once?: boolean;
  wideOnly?: boolean;
}

/** Answers with an error. */
export const refuse = (status: number, code: string, message: string) => (route: Route) =>
  route.fulfill({ status, json: { success: false, error: { code, message, details: null, request_id: '7f3a11c2', timestamp: '' } } });
/** The first element that matches. */
export const first = (manager: Manager, selector: string) => manager.page.locator(selector).first();

/** Requests that are never answered. */
export const heldUp = (page: Manager['page'], pattern: string) => page.route(pattern, () => undefined);
