/** Every page by its name in the address. A page is loaded when it is opened, or earlier in idle time. */
import type { Component } from 'svelte';
import { once } from './once';

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

const pages = Object.fromEntries(Object.entries(loads).map(([name, load]) => [name, once(load)]));

export const hasPage = (name: string) => Object.hasOwn(pages, name);

/** The page, at once if it is loaded. */
export const loadPage = (name: string) => pages[name]();

/** Parts that pages and their frame load on demand. */
export const loadFindResults = once(async () => (await import('../ui/find/Found.svelte')).default);
export const loadKeysHelp = once(async () => (await import('../ui/KeysHelp.svelte')).default);
export const loadNoSuchPage = once(async () => (await import('../ui/NoSuchPage.svelte')).default);
export const loadApproveDialog = once(async () => (await import('../ui/review/ApproveDialog.svelte')).default);
export const loadRejectDialog = once(async () => (await import('../ui/review/RejectDialog.svelte')).default);
export const loadBelowFold = once(async () => (await import('../ui/today/BelowFold.svelte')).default);
/** What is loaded in idle time besides the pages. */
const onDemand = [
  loadFindResults,
  loadKeysHelp,
  loadNoSuchPage,
  loadApproveDialog,
  loadRejectDialog,
  loadBelowFold,
  () => import('../ui/calendar/DayDialog.svelte'),
  () => import('../ui/events/EventDialog.svelte'),
  () => import('../ui/review/Details.svelte'),
  () => import('../ui/review/PersonList.svelte'),
  () => import('../ui/what-if/WhatIfDialog.svelte'),
  () => import('../ui/posted/PostedDialog.svelte'),
];

/** Loads the pages and parts that are not loaded yet, for use without a connection. What fails is loaded when it is opened. */
export async function loadRest() {
  for (const load of [...Object.values(pages), ...onDemand]) await Promise.resolve(load()).catch(() => undefined);
}
