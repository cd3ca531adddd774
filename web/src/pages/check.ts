/** The pages under *Check* in the navigation. They are one chunk, because each further request costs a slow phone a round trip. */
export { default as History } from './History.svelte';
export { default as Settings } from './Settings.svelte';
export { default as Submissions } from './Submissions.svelte';
