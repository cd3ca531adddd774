/** Whether the server can be reached, as the last request found. */
import { serverNow } from './server-clock';

export const online = $state({ is: true, /** When the shown data was read, in milliseconds of the server's clock. */ readAt: 0 });

/** A request was answered. */
export function noteReached() {
  // An answer that was in transit when the connection was lost does not mean that the server can be reached now.
  if (navigator.onLine === false) return;
  online.is = true;
  online.readAt = serverNow();
}

/** A request got no answer; `storedAt` says when the stored answer that is used instead was read. */
export function noteUnreachable(storedAt?: number) {
  online.is = false;
  if (storedAt) online.readAt = storedAt;
}
