/** Findings as marks on days and entries: their number, the highest severity, and the address where they are fixed. */
import type { Finding } from './api-types';
import { weekOf } from './dates';
import { openFindings, plainText } from './fixes';
import { count } from './numbers';
import { link } from './router.svelte';

export interface Mark {
  n: number;
  tone: 'bad' | 'warn' | 'info';
  /** "2 issues: …" */
  words: string;
  href: string;
}

export interface Marks {
  byDay: Map<string, Mark>;
  byRef: Map<number, Mark>;
}

const TONE: Record<Finding['severity'], Mark['tone']> = { critical: 'bad', warning: 'warn', info: 'info' };

/** The address where a finding is fixed. */
export const fixAddress = (one: Pick<Finding, 'id' | 'date' | 'week'>): string => {
  const day = one.date ?? one.week;
  return link('fix', { ...(day ? { week: weekOf(day) } : {}), finding: one.id });
};

function markOf(found: Finding[]): Mark {
  const [first] = found;
  const more = found.length > 1 ? ` And ${found.length - 1} more.` : '';
  return {
    n: found.length,
    tone: TONE[first.severity],
    words: `${count(found.length, 'issue')}: ${plainText(first.text)}.${more}`,
    href: fixAddress(first),
  };
}

/** The marks of critical findings and warnings. Findings for information have none. */
export function marksOf(items: Finding[]): Marks {
  const days = new Map<string, Finding[]>();
  const refs = new Map<number, Finding[]>();
  const add = <K>(to: Map<K, Finding[]>, key: K, one: Finding) => to.set(key, [...(to.get(key) ?? []), one]);
  for (const one of openFindings(items)) {
    if (one.severity === 'info') continue;
    if (one.date) add(days, one.date, one);
    for (const ref of one.event_ref_nums) add(refs, ref, one);
  }
  const marked = <K>(of: Map<K, Finding[]>) => new Map([...of].map(([key, found]) => [key, markOf(found)]));
  return { byDay: marked(days), byRef: marked(refs) };
}

export const noMarks: Marks = { byDay: new Map(), byRef: new Map() };

/** Whether a finding says that a person is not available for what is posted for them, or may not work its type (H2). */
export const cannotWork = (one: Finding, who: string): boolean => one.rule === 'H2' && one.employee_id === who && !one.ignored;
