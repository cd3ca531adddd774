/**
 * Small things kept in the browser; storage that is switched off is no reason to fail.
 *
 * What a person did is kept in this tab under their id, so that nobody else finds it; what they chose for this browser,
 * such as dark or light, says nothing of anybody and stays.
 */

const OF_PERSON = 'muster.of.';
let person = '';

const mine = (key: string) => `${OF_PERSON}${person}.${key}`;

/** What somebody had in this tab, before it is known that they are here. */
export const peek = <T>(of: string, key: string): T | null => read<T>(() => sessionStorage, `${OF_PERSON}${of}.${key}`);

/** Recalls what this person had in this tab. */
export const recall = <T>(key: string): T | null => read<T>(() => sessionStorage, mine(key));

/** Keeps something for this person in this tab; null takes it away. */
export const remember = (key: string, value: unknown) => write(() => sessionStorage, mine(key), value);

/** Recalls a choice for this browser. */
export const recallChoice = <T>(key: string): T | null => read<T>(() => localStorage, key);

/** Keeps a choice for this browser. */
export const rememberChoice = (key: string, value: unknown) => write(() => localStorage, key, value);

/** From now on things are kept for this person; what is kept of others goes. */
export function keepFor(id: string) {
  person = id;
  drop((key) => !key.startsWith(mine('')));
}

/** What is kept of any person goes. */
export function forgetPeople() {
  drop(() => true);
}

function drop(which: (key: string) => boolean) {
  try {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(OF_PERSON) && which(key)) sessionStorage.removeItem(key);
  } catch {
    // Switched off: then there is nothing.
  }
}

function read<T>(store: () => Storage, key: string): T | null {
  try {
    return JSON.parse(store().getItem(key) ?? 'null') as T | null;
  } catch {
    return null;
  }
}

function write(store: () => Storage, key: string, value: unknown) {
  try {
    if (value == null) store().removeItem(key);
    else store().setItem(key, JSON.stringify(value));
  } catch {
    // Full or switched off: then it lasts as long as the page.
  }
}
