/** Whether the server can be reached, as the last request found. */
import { serverNow } from './server-clock';

export const online = $state({ is: true, /** When the shown data was read, in milliseconds of the server's clock. */ readAt: 0 });

export function reached() {
  // An answer that was in transit when the connection was lost does not mean that the server can be reached now.
  if (navigator.onLine === false) return;
  online.is = true;
  online.readAt = serverNow();
}

export function unreachable(keptAt?: number) {
  online.is = false;
  if (keptAt) online.readAt = keptAt;
}
