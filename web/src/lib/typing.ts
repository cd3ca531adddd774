import { preferences } from './preferences.svelte';

/** Whether a key press is typed text, or belongs to a dialog or the browser. Such a key press is not a command. */
export function isTyping(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || !preferences.keys) return true;
  const at = event.target instanceof Element ? event.target : null;
  return !!at?.closest('input:not([type=checkbox]):not([type=radio]), select, textarea, dialog');
}
