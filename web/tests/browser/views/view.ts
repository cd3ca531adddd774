/** A page in one of its states, over a real server. */
import type { Route } from 'playwright-core';
import type { Manager } from '../manager';
import type { ServerState } from '../server-states';

export interface View {
  name: string;
  hash: string;
  /** The state of the server. Views with the same state share one server. */
  state?: ServerState;
  /** A newcomer is the admin of a club that is not set up; a stranger has no club. */
  as?: 'viewer' | 'newcomer' | 'stranger';
  /** Mocks that must be in place before the page is opened. */
  before?: (manager: Manager) => Promise<unknown>;
  /** The manager's actions after it is open. */
  go?: (manager: Manager) => Promise<unknown>;
  /** Whether the view has a server of its own, because it could disturb the other views of a shared one. */
  ownServer?: boolean;
  wideOnly?: boolean;
}

/** Answers with an error. */
export const refuse = (status: number, code: string, message: string) => (route: Route) =>
  route.fulfill({ status, json: { success: false, error: { code, message, details: null, request_id: '7f3a11c2', timestamp: '' } } });
/** The first element that matches. */
export const first = (manager: Manager, selector: string) => manager.page.locator(selector).first();
