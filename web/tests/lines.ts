import type { Line } from '../src/lib/api-types';

/** A placed Core on Friday 27 November, with the members of `more` replaced. */
export function line(ref: number, more: Partial<Line> = {}): Line {
  return {
    id: `run-1.${ref}`,
    run_id: 'run-1',
    kind: 'new',
    event_ref_num: ref,
    project_name: `619044-LKD-AF-Cherry Salad (251208539497) - V2-CORE`,
    event_type: 'Core',
    estimated_minutes: 390,
    start_date: '2026-11-24T00:00:00',
    due_date: '2026-12-04T00:01:00',
    employee_id: 'E01',
    employee_name: 'Avery Quill',
    schedule_datetime: '2026-11-27T10:15:00',
    by_hand: false,
    differs: null,
    overridden: null,
    block: 1,
    status: 'proposed',
    given_up: null,
    version: 1,
    held: false,
    decision: null,
    original: null,
    was_not_placed: false,
    is_swap: false,
    from: null,
    bumped_event_ref_num: null,
    swap_reason: null,
    failure_reason: null,
    flags: [],
    why: null,
    runner_up: null,
    reason: null,
    pair: null,
    depends_on: [],
    api_error_details: null,
    api_submitted_at: null,
    scheduled_event_id: null,
    attempts: [],
    next_attempt_at: null,
    ...more,
  };
}

export const unplaced = (ref: number, more: Partial<Line> = {}) =>
  line(ref, {
    kind: 'not_placed',
    employee_id: null,
    employee_name: null,
    schedule_datetime: null,
    block: null,
    flags: ['not_placed'],
    ...more,
  });

/** A Core with its Supervisor. */
export const couple = (core: number, supervisor: number, more: Partial<Line> = {}): Line[] => [
  line(core, { pair: supervisor, ...more }),
  line(supervisor, {
    event_type: 'Supervisor',
    pair: core,
    depends_on: [core],
    estimated_minutes: 5,
    schedule_datetime: '2026-11-27T12:00:00',
    block: null,
    ...more,
  }),
];
