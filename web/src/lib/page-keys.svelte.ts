/** What the help on keys says about the open page. */
export type Keys = [combination: string, does: string][];

/** `own` is null for a page without keys of its own. */
export const pageKeys = $state<{ own: Keys | null }>({ own: null });

/** Shows these keys in the help while the calling component is mounted. */
export function useKeys(keys: Keys) {
  $effect(() => {
    pageKeys.own = keys;
    return () => {
      if (pageKeys.own === keys) pageKeys.own = null;
    };
  });
}
