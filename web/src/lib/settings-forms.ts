/** The settings as their forms show them, and how a form is saved: only what it shows is sent. */
import { api } from './api';
import type { Settings, SettingsRequest } from './api-types';
import { factChanges, type Outcome } from './fact-changes.svelte';
import { session } from './session.svelte';

/** The rulebook's lists, to begin with where a club wants one of its own. */
const USUALLY_FIXED = [
  'Juicer Production',
  'Digital Setup',
  'Digital Refresh',
  'Digital Teardown',
  'Digitals',
  'Freeosk',
  'Full-day Other',
];
const USUAL_CODES = ['LKD', 'CF', 'AF', 'MAP', 'MAPPS', 'INTERACTDEMO'];

export const planningForm = (found: Settings) => ({
  name: found.club.name,
  time_zone: found.time_zone as string,
  run_hour: found.run_hour,
  buffer_days: found.buffer_days,
  horizon_days: found.horizon_days,
  block_capacity: found.block_capacity,
  time_limit_s: found.time_limit_s,
  lead_minutes: found.lead_minutes,
});

export const timesForm = (found: Settings) => ({ arrivals: [...found.arrivals], starts: { ...(found.starts as Record<string, string>) } });

export const listsForm = (found: Settings) => ({
  typesAsUsual: !found.fixed_day_types,
  types: [...(found.fixed_day_types ?? USUALLY_FIXED)] as string[],
  codesAsUsual: !found.programme_codes,
  codes: (found.programme_codes ?? USUAL_CODES).join(', '),
});

/** What the lists' form says: null leaves a list as the rulebook has it. */
export function listsOfForm(form: ReturnType<typeof listsForm>): Pick<SettingsRequest, 'fixed_day_types' | 'programme_codes'> {
  const codes = form.codes
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((code) => code.toUpperCase());
  return {
    fixed_day_types: form.typesAsUsual ? null : form.types,
    programme_codes: form.codesAsUsual ? null : [...new Set(codes)],
  } as Pick<SettingsRequest, 'fixed_day_types' | 'programme_codes'>;
}

/** The first block that arrives earlier than the one before; -1 where all are in order. */
export const outOfOrder = (arrivals: string[]) => arrivals.findIndex((at, i) => !at || (i > 0 && at < arrivals[i - 1]));

/** Whole numbers and their bounds, as the server takes them. */
export const bounds = {
  run_hour: [0, 23],
  buffer_days: [0, 1000],
  horizon_days: [1, 1000],
  block_capacity: [1, 1000],
  time_limit_s: [1, 120],
  lead_minutes: [0, 10080],
} as const satisfies Partial<Record<keyof ReturnType<typeof planningForm>, readonly [number, number]>>;

export type Bounded = keyof typeof bounds;

export function isWithin(name: Bounded, value: number | null): boolean {
  const [least, most] = bounds[name];
  return value !== null && Number.isInteger(value) && value >= least && value <= most;
}

/** Saves the members that a form shows; the others stay. A setting goes against no schedule, so it is not tried first. */
export const saveSettings = (
  said: string,
  members: Omit<SettingsRequest, 'version' | 'why'>,
  version: number,
  why: string | null,
  saved?: () => void,
): Promise<Outcome> =>
  factChanges.save({
    said,
    hits: false,
    send: (dry) => api.saveSettings({ ...members, version, why }, dry),
    saved,
    after: renewSettings,
  });

export const renewSettings = () => session.renew();
