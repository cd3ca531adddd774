/** The pages under *Manage* in the navigation. They are one chunk, because each further request costs a slow phone a round trip. */
export { default as Events } from './Events.svelte';
export { default as Rotations } from './Rotations.svelte';
export { default as Team } from './Team.svelte';
