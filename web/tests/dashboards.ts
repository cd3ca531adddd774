import type { Settings } from '../src/lib/api-types';

/** The settings of a club whose night runs begin at 2 am. */
export const settings = { buffer_days: 3, horizon_days: 21, run_hour: 2, time_zone: 'UTC', fixed_day_types: null } as Settings;

/** The dashboard's numbers of a proposal of nine open events. */
export const proposalNumbers = {
  run_id: 'r',
  at: '2026-11-23T10:00:20.000Z',
  plan_moved: false,
  lines: 9,
  open: 9,
  needs_look: 0,
  not_placed: 0,
  held: 0,
  accepted: 0,
  taken_back: 0,
};
