/** Short messages, mostly about the user's own actions; at most two at a time. */

export interface Toast {
  id: number;
  text: string;
  action?: { label: string; run: () => void };
}

const MOST = 2;
let last = 0;
const timers = new Map<number, { ms: number; timer: ReturnType<typeof setTimeout> }>();

export const toasts = $state<Toast[]>([]);

/** Shows a message for `ms` milliseconds, and returns its number. */
export function toast(text: string, action?: Toast['action'], ms = 6000): number {
  const id = ++last;
  toasts.push({ id, text, action });
  if (toasts.length > MOST) toasts.shift();
  restartTimer(id, ms);
  return id;
}

/** Stops the timer of a toast, so that it stays while it is hovered or focused. */
export const stopTimer = (id: number) => clearTimeout(timers.get(id)?.timer);

/** Restarts the timer of a toast. */
export function restartTimer(id: number, ms = timers.get(id)?.ms ?? 0) {
  stopTimer(id);
  timers.set(id, { ms, timer: setTimeout(() => dismiss(id), ms) });
}

export function dismiss(id: number) {
  stopTimer(id);
  timers.delete(id);
  const at = toasts.findIndex((t) => t.id === id);
  if (at >= 0) toasts.splice(at, 1);
}

/** Whether a request that failed may have been carried out: no answer came, or the server failed on the way. */
const mayBeDone = (error: unknown) => {
  const status = (error as { status?: number } | null)?.status;
  return status === 0 || (status ?? 0) >= 500;
};

/**
 * The text of an error, with the code to quote if there is one. `notDone` is a sentence before it that says that nothing was done; it is
 * left out if that is not certain.
 */
export function errorWords(error: unknown, notDone = ''): string {
  const words = error instanceof Error ? error.message : 'Something went wrong.';
  const ref = (error as { ref?: string } | null)?.ref;
  const before = notDone && !mayBeDone(error) ? `${notDone} ` : '';
  return `${before}${words.replace(/\.?$/, '.')}${ref ? ` Ref ${ref}` : ''}`;
}
