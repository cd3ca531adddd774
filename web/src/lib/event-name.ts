/**
 * A short title from Crossmark's project name: `619044-LKD-AF-Cherry Salad (251208539497) - V2-CORE` is "Cherry Salad",
 * number 619044.
 */
import { eventType, eventTypes, isFollower } from './event-types';

const CODES = new Set(['LKD', 'CF', 'AF', 'MAP', 'MAPPS', 'INTERACTDEMO', 'DD', 'ES1', 'SPCLTY', 'V2']);
/** A date at the beginning of some names, sometimes with a time or a length: `11.28-`, `12-07 5PM-`, `01-29 8HR-`. */
const DATE = /^\d{1,2}[.-]\d{1,2}[\s-]*(?:\d+(?:AM|PM|HR)[\s-]+)?/i;
const NUMBER_OR_LENGTH = /^[\d.\s]*(\d+HR)?$/i;

export interface EventName {
  title: string;
  /** Empty if the name has none. */
  number: string;
}

const nameCache = new Map<string, EventName>();

export function eventName(project: string, type?: string | null): EventName {
  const key = `${project}|${type ?? ''}`;
  let name = nameCache.get(key);
  if (!name) nameCache.set(key, (name = read(project, type)));
  return name;
}

function read(project: string, type?: string | null): EventName {
  const head = project.replaceAll('&amp;', '&').split('(')[0];
  const number = /(?<!\d)\d{6,}/.exec(head)?.[0].slice(0, 6) ?? '';
  const parts = head
    .replace(DATE, '')
    .split('-')
    .map((part) => part.trim())
    .filter((part) => !NUMBER_OR_LENGTH.test(part));
  const kept = parts.filter((part) => !CODES.has(part.toUpperCase()));
  return { title: words(kept.join(' ')) || eventType(type).label, number };
}

/** The title of one event. A pair usually shares its title, so the event that follows also gets its type. */
export function eventTitle(project: string, type: string | null | undefined): string {
  const { title } = eventName(project, type);
  const { label } = eventType(type);
  return isFollower(type) && title !== label ? `${title} (${label})` : title;
}

const TYPES = eventTypes.map(({ label }) => label).join('|');
/** `Core 31164334 "618917-Bluefern-Lemon Tart (261…"`, as the server names an event. */
const NAMED = new RegExp(`(\\b[Ii]ts )?(?:(${TYPES}|Event) )?(\\d{6,}) "([^"]*)"`, 'g');

/**
 * A text of the server with short titles in place of numbers and raw project names. The partner of an event usually shares its title, so it
 * keeps its type: `its Core Lemon Tart`.
 */
export function withTitles(text: string, titleOf: TitleOf = () => undefined): string {
  const titles = new Map<number, string>();
  for (const [, , type, ref, project] of text.matchAll(NAMED)) titles.set(Number(ref), titleOf(Number(ref)) ?? eventTitle(project, type));
  const distinct = distinctTitles(titles);
  return text.replace(NAMED, (_, its: string | undefined, type: string | undefined, ref: string, project: string) => {
    if (!its || !type || type === 'Event') return (its ?? '') + (distinct.get(Number(ref)) ?? '');
    const { title } = eventName(project, type);
    return `${its}${type}${title === type ? '' : ` ${title}`}`;
  });
}

/** Titles of events by number; the number is added to each title that several of them have. */
export function distinctTitles(titles: Map<number, string>): Map<number, string> {
  const all = [...titles.values()];
  const isShared = (title: string) => all.indexOf(title) !== all.lastIndexOf(title);
  return new Map([...titles].map(([ref, title]) => [ref, isShared(title) ? `${title} ${ref}` : title]));
}

/** The title of an event by its number, if it is known. */
type TitleOf = (ref: number) => string | undefined;

/** The same with the titles that `titleOf` knows, also in place of `event 31000539`. */
export const withEventTitles = (text: string, titleOf: TitleOf) =>
  withTitles(text, titleOf).replace(/\bevent (\d+)\b/g, (named, ref: string) => titleOf(Number(ref)) ?? named);

function words(text: string): string {
  const spaced = text
    .replace(/^\d+\s+\d+HR\s*/i, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/\b([A-Z]{2,})([A-Z][a-z])/g, '$1 $2')
    .replace(/\s+/g, ' ')
    .replace(' …', '…')
    .trim();
  return spaced.replace(/\b[A-Z]{4,}\b/g, (word) => word[0] + word.slice(1).toLowerCase());
}
