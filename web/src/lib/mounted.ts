import { onDestroy } from 'svelte';

/**
 * Call while a component is initialised: returns a function that says whether the component is still on screen. A late answer must not
 * close a dialog that was opened after this one.
 */
export function mounted(): () => boolean {
  let isMounted = true;
  onDestroy(() => (isMounted = false));
  return () => isMounted;
}
