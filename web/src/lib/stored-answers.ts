/**
 * Stores in the browser the last answers of the server, for use without a connection, and files whose load was interrupted. Each is stored
 * for its person, and only until their session ends. Without IndexedDB nothing is stored.
 */

import { serverNow } from './server-clock';

const STORE = 'answers';
let opened: Promise<IDBDatabase | null> | null = null;
let person = '';

const ownKey = (key: string) => `${person} ${key}`;

const open = () =>
  (opened ??= new Promise((resolve) => {
    if (typeof indexedDB === 'undefined') return resolve(null);
    // The keys of version 1 did not contain the person.
    const request = indexedDB.open('muster', 2);
    request.onupgradeneeded = () => {
      if (request.result.objectStoreNames.contains(STORE)) request.result.deleteObjectStore(STORE);
      request.result.createObjectStore(STORE);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => resolve(null);
  }));

export interface StoredAnswer {
  body: unknown;
  /** Milliseconds since the epoch, by the server's clock. */
  at: number;
}

export async function put(key: string, body: unknown) {
  const db = await open();
  db?.transaction(STORE, 'readwrite')
    .objectStore(STORE)
    .put({ body, at: serverNow() } satisfies StoredAnswer, ownKey(key));
}

export async function read(key: string): Promise<StoredAnswer | undefined> {
  const db = await open();
  if (!db) return undefined;
  return new Promise((resolve) => {
    const request = db.transaction(STORE).objectStore(STORE).get(ownKey(key));
    request.onsuccess = () => resolve(request.result as StoredAnswer | undefined);
    request.onerror = () => resolve(undefined);
  });
}

export async function drop(key: string) {
  const db = await open();
  db?.transaction(STORE, 'readwrite').objectStore(STORE).delete(ownKey(key));
}

/** Stores answers for this person from now on, and deletes those of others. */
export async function keepFor(id: string) {
  person = id;
  const db = await open();
  const store = db?.transaction(STORE, 'readwrite').objectStore(STORE);
  // Deletes every key before and after this person's keys.
  store?.delete(IDBKeyRange.upperBound(ownKey(''), true));
  store?.delete(IDBKeyRange.lowerBound(ownKey('\uffff')));
}

export async function clear() {
  const db = await open();
  db?.transaction(STORE, 'readwrite').objectStore(STORE).clear();
}
