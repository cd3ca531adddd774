/** Every page by its name in the address. A page is loaded when it is opened, or earlier in idle time. */
import type { Component } from 'svelte';

type Load = () => Promise<Component>;

const manage = () => import('../pages/manage');
const check = () => import('../pages/check');

const loads: Record<string, Load> = {
  today: async () => (await import('../pages/Today.svelte')).default,
  review: async () => (await import('../pages/Review.svelte')).default,
  calendar: async () => (await import('../pages/Calendar.svelte')).default,
  fix: async () => (await import('../pages/Fix.svelte')).default,
  events: async () => (await manage()).Events,
  refresh: async () => (await import('../pages/Refresh.svelte')).default,
  differences: async () => (await import('../pages/Differences.svelte')).default,
  drafts: async () => (await import('../pages/Drafts.svelte')).default,
  fairness: async () => (await import('../pages/Fairness.svelte')).default,
  numbers: async () => (await import('../pages/Numbers.svelte')).default,
  setup: async () => (await import('../pages/Setup.svelte')).default,
  team: async () => (await manage()).Team,
  rotations: async () => (await manage()).Rotations,
  import: async () => (await import('../pages/Import.svelte')).default,
  submissions: async () => (await check()).Submissions,
  compare: async () => (await import('../pages/Compare.svelte')).default,
  history: async () => (await check()).History,
  settings: async () => (await check()).Settings,
};

const loaded = new Map<string, Component>();

export const hasPage = (name: string) => Object.hasOwn(loads, name);

/** The page, at once if it is loaded. */
export const loadPage = (name: string): Component | Promise<Component> =>
  loaded.get(name) ??
  loads[name]().then((page) => {
    loaded.set(name, page);
    return page;
  });

/** Parts that pages load on demand. */
const later = [
  () => import('../ui/review/Details.svelte'),
  () => import('../ui/review/PersonList.svelte'),
  () => import('../ui/what-if/WhatIfDialog.svelte'),
  () => import('../ui/posted/PostedDialog.svelte'),
];

/** Loads everything that is not loaded yet, so that it can be opened without a connection. */
export async function loadRest() {
  const pages = Object.keys(loads).map((name) => async () => loadPage(name));
  for (const load of [...pages, ...later]) await load().catch(() => undefined);
}
