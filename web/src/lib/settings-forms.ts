/** The forms of the settings, and the requests that save them. A request contains only changed members. */
import type { Settings, SettingsRequest } from './api-types';
import { differing } from './merge';

/** The rulebook's lists: the initial values of a club's own lists. */
const RULEBOOK_FIXED_TYPES = [
  'Juicer Production',
  'Digital Setup',
  'Digital Refresh',
  'Digital Teardown',
  'Digitals',
  'Freeosk',
  'Full-day Other',
];
const RULEBOOK_CODES = ['LKD', 'CF', 'AF', 'MAP', 'MAPPS', 'INTERACTDEMO'];

export const planningForm = (found: Settings) => ({
  name: found.club.name,
  time_zone: found.time_zone as string,
  run_hour: found.run_hour,
  buffer_days: found.buffer_days,
  horizon_days: found.horizon_days,
  block_capacity: found.block_capacity,
  time_limit_s: found.time_limit_s,
  lead_minutes: found.lead_minutes,
  fairness_weeks: found.fairness_weeks,
});

export const timesForm = (found: Settings) => ({ arrivals: [...found.arrivals], starts: { ...(found.starts as Record<string, string>) } });

export const listsForm = (found: Settings) => ({
  typesAsUsual: !found.fixed_day_types,
  types: [...(found.fixed_day_types ?? RULEBOOK_FIXED_TYPES)] as string[],
  codesAsUsual: !found.programme_codes,
  codes: (found.programme_codes ?? RULEBOOK_CODES).join(', '),
});

type Lists = Pick<SettingsRequest, 'fixed_day_types' | 'programme_codes'>;

/** The lists of a form; null selects the rulebook's list. */
export function listsOfForm(form: ReturnType<typeof listsForm>): Lists {
  const codes = form.codes
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((code) => code.toUpperCase());
  return {
    fixed_day_types: form.typesAsUsual ? null : form.types,
    programme_codes: form.codesAsUsual ? null : [...new Set(codes)],
  } as Lists;
}

export const listsChanged = (base: ReturnType<typeof listsForm>, typed: ReturnType<typeof listsForm>): Lists =>
  differing(listsOfForm(base), listsOfForm(typed));

/** The changed times. The starts are only those that differ, because an omitted one stays. */
export function timesChanged(
  base: ReturnType<typeof timesForm> | null,
  { arrivals, starts }: Partial<ReturnType<typeof timesForm>>,
): Pick<SettingsRequest, 'arrivals' | 'starts'> {
  return {
    ...(arrivals ? { arrivals } : {}),
    ...(starts ? { starts: differing(base?.starts ?? null, starts) as Record<string, string> } : {}),
  };
}

/** The index of the first block that has no arrival or one earlier than the block before; -1 if all are in order. */
export const outOfOrder = (arrivals: string[]) => arrivals.findIndex((at, i) => !at || (i > 0 && at < arrivals[i - 1]));

/** Whole numbers and their bounds, as the server takes them. */
export const bounds = {
  run_hour: [0, 23],
  buffer_days: [0, 1000],
  horizon_days: [1, 1000],
  block_capacity: [1, 1000],
  time_limit_s: [1, 120],
  lead_minutes: [0, 10080],
  fairness_weeks: [1, 26],
} as const satisfies Partial<Record<keyof ReturnType<typeof planningForm>, readonly [number, number]>>;

export type Bounded = keyof typeof bounds;

export function isWithin(name: Bounded, value: number | null): boolean {
  const [least, most] = bounds[name];
  return value !== null && Number.isInteger(value) && value >= least && value <= most;
}

/** The thresholds of a high workload. The API has minutes, the form shows hours. */
export const workloadForm = ({ workload }: Pick<Settings, 'workload'>) => ({
  high_hours: workload.high_minutes / 60,
  high_days: workload.high_days,
  too_much_hours: workload.too_much_minutes / 60,
  too_much_days: workload.too_much_days,
});

type WorkloadForm = ReturnType<typeof workloadForm>;

const minutesOf = (hours: number) => Math.round(hours * 60);

/** The changed thresholds. An omitted one stays. */
export function workloadChanged(changes: Partial<WorkloadForm>): Pick<SettingsRequest, 'workload'> {
  const { high_hours, too_much_hours, ...days } = changes;
  return {
    workload: {
      ...days,
      ...(high_hours === undefined ? {} : { high_minutes: minutesOf(high_hours) }),
      ...(too_much_hours === undefined ? {} : { too_much_minutes: minutesOf(too_much_hours) }),
    },
  };
}

/** What is wrong with each threshold of a form; empty if it can be saved. */
export function workloadTrouble(form: WorkloadForm): Partial<Record<keyof WorkloadForm, string>> {
  const trouble: Partial<Record<keyof WorkloadForm, string>> = {};
  for (const name of ['high_hours', 'too_much_hours'] as const) {
    const hours: number | null = form[name];
    const minutes = minutesOf(hours ?? 0);
    if (minutes < 1 || minutes > 10080) trouble[name] = 'More than 0 and at most 168 hours.';
  }
  for (const name of ['high_days', 'too_much_days'] as const) {
    const days: number | null = form[name];
    if (days === null || !Number.isInteger(days) || days < 1 || days > 7) trouble[name] = 'A whole number from 1 to 7.';
  }
  for (const unit of ['hours', 'days'] as const) {
    const [high, most] = [`high_${unit}`, `too_much_${unit}`] as const;
    if (!trouble[high] && !trouble[most] && form[high] >= form[most]) trouble[most] = `More than "High from".`;
  }
  return trouble;
}
