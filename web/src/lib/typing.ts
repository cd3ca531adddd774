import { preferences } from './preferences.svelte';

const TEXT_FIELDS = 'input:not([type=checkbox]):not([type=radio]), select, textarea, dialog';

/**
 * Whether a page must not take a key press as a command: it belongs to a field, a dialog or the browser, or it is a character while
 * characters are switched off as commands (WCAG 2.1.4). Arrow keys, Enter and Esc cannot be switched off.
 */
export function isTyping(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return true;
  // The `key` of a key without a character is a name, such as `ArrowLeft`.
  if (event.key.length === 1 && !preferences.keys) return true;
  const at = event.target instanceof Element ? event.target : null;
  if (at?.closest(TEXT_FIELDS)) return true;
  // Arrow keys choose within a group of radio buttons.
  return event.key.startsWith('Arrow') && !!at?.closest('[type=radio]');
}
