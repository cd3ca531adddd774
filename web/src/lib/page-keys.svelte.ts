/** The keys of the open page, for the help on keys. */

/** Key combinations and what each does. */
export type Keys = [combination: string, does: string][];

class PageKeys {
  /** Null for a page without keys of its own. Raw, so that it can be compared with what a page gave. */
  own = $state.raw<Keys | null>(null);
}

export const pageKeys = new PageKeys();

/** Shows these keys in the help while the calling component is mounted. */
export function useKeys(keys: Keys) {
  $effect(() => {
    pageKeys.own = keys;
    return () => {
      // The next page may have given its keys already.
      if (pageKeys.own === keys) pageKeys.own = null;
    };
  });
}
