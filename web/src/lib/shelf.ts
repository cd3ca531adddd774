/** The last answers, kept in the browser so that they can be read without a connection. */

const STORE = 'answers';
let opened: Promise<IDBDatabase | null> | null = null;

const open = () =>
  (opened ??= new Promise((resolve) => {
    if (typeof indexedDB === 'undefined') return resolve(null);
    const request = indexedDB.open('muster', 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => resolve(null);
  }));

export interface Kept {
  body: unknown;
  /** Milliseconds since the epoch. */
  at: number;
}

export async function put(key: string, body: unknown) {
  const db = await open();
  db?.transaction(STORE, 'readwrite').objectStore(STORE).put({ body, at: Date.now() } satisfies Kept, key);
}

export async function take(key: string): Promise<Kept | undefined> {
  const db = await open();
  if (!db) return undefined;
  return new Promise((resolve) => {
    const request = db.transaction(STORE).objectStore(STORE).get(key);
    request.onsuccess = () => resolve(request.result as Kept | undefined);
    request.onerror = () => resolve(undefined);
  });
}

export async function clear() {
  const db = await open();
  db?.transaction(STORE, 'readwrite').objectStore(STORE).clear();
}
