/** Short messages about the user's own actions, at most two at a time. */

export interface Toast {
  id: number;
  text: string;
  action?: { label: string; run: () => void };
}

const MOST = 2;
let last = 0;

export const toasts = $state<Toast[]>([]);

/** Shows it, and returns its number. */
export function toast(text: string, action?: Toast['action'], ms = 6000): number {
  const id = ++last;
  toasts.push({ id, text, action });
  if (toasts.length > MOST) toasts.shift();
  setTimeout(() => dismiss(id), ms);
  return id;
}

export function dismiss(id: number) {
  const at = toasts.findIndex((t) => t.id === id);
  if (at >= 0) toasts.splice(at, 1);
}

/** The text of an error, with the code to quote if there is one. */
export function told(error: unknown, before = ''): string {
  const words = error instanceof Error ? error.message : 'Something went wrong.';
  const ref = (error as { ref?: string }).ref;
  return `${before}${before ? ' ' : ''}${words.replace(/\.?$/, '.')}${ref ? ` Ref ${ref}` : ''}`;
}
