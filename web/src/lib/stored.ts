/**
 * Small values stored in the browser. Disabled storage is not a failure.
 *
 * A person's values are stored in this tab under their id, so that nobody else finds them. Preferences of this browser, such as dark or
 * light, are not personal and stay.
 */

const OF_PERSON = 'muster.of.';
let person = '';

const ownKey = (key: string) => `${OF_PERSON}${person}.${key}`;

/** Reads a value of a person in this tab, before they are known to be the current person. */
export const peek = <T>(of: string, key: string): T | null => read<T>(() => sessionStorage, `${OF_PERSON}${of}.${key}`);

/** Reads a value of this person in this tab. */
export const recall = <T>(key: string): T | null => read<T>(() => sessionStorage, ownKey(key));

/** Stores a value for this person in this tab; null deletes it. */
export const remember = (key: string, value: unknown) => write(() => sessionStorage, ownKey(key), value);

/** Reads a value of this tab that belongs to no known person. */
export const recallInTab = <T>(key: string): T | null => read<T>(() => sessionStorage, key);

/** Stores a value of this tab that belongs to no known person; null deletes it. */
export const rememberInTab = (key: string, value: unknown) => write(() => sessionStorage, key, value);

let club: string | null = null;
/** The key of a draft. For a person with several clubs, it has the club, so that a draft of one club is not offered in another. */
const draftKey = (key: string) => (club ? `${club}/${key}` : key);

/** Stores drafts for this club from now on. */
export function keepForClub(id: string | null) {
  club = id;
}

/** Reads a draft of this person in this club and tab. */
export const recallDraft = <T>(key: string): T | null => recall<T>(draftKey(key));

/** Stores a draft of this person for this club and tab; null deletes it. */
export const rememberDraft = (key: string, value: unknown) => remember(draftKey(key), value);

/** Reads a preference of this browser. */
export const recallChoice = <T>(key: string): T | null => read<T>(() => localStorage, key);

/** Stores a preference of this browser. */
export const rememberChoice = (key: string, value: unknown) => write(() => localStorage, key, value);

/** Stores values for this person from now on, and deletes those of others. */
export function keepFor(id: string) {
  person = id;
  drop((key) => !key.startsWith(ownKey('')));
}

/** Deletes the values of all people. */
export function forgetPeople() {
  drop(() => true);
}

function drop(which: (key: string) => boolean) {
  try {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(OF_PERSON) && which(key)) sessionStorage.removeItem(key);
  } catch {
    // Storage is disabled: nothing is stored.
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
    // Storage is full or disabled: the value lasts as long as the page.
  }
}
