/** Preferences of this browser. */
import { recallChoice, rememberChoice } from './stored';

const THEME = 'muster.theme';
const KEYS = 'muster.keys';

function storedTheme() {
  try {
    return localStorage.getItem(THEME);
  } catch {
    return null;
  }
}

const dark = typeof matchMedia === 'undefined' ? null : matchMedia('(prefers-color-scheme: dark)');

export const preferences = $state({
  dark: storedTheme() ? storedTheme() === 'dark' : !!dark?.matches,
  /** Whether single characters (letters, digits, signs) are commands. */
  keys: recallChoice<boolean>(KEYS) ?? true,
});

dark?.addEventListener('change', (event) => {
  if (!storedTheme()) preferences.dark = event.matches;
});

export function setDark(on: boolean) {
  preferences.dark = on;
  const theme = on ? 'dark' : 'light';
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem(THEME, theme);
  } catch {
    // Without storage the theme lasts as long as the page.
  }
}

export function setKeys(on: boolean) {
  preferences.keys = on;
  rememberChoice(KEYS, on);
}
