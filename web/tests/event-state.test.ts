import { expect, it } from 'vitest';
import type { EventItem } from '../src/lib/api-types';
import { eventState, whoHas } from '../src/lib/event-state';
import { line } from './lines';

const INDIGO = { employee_id: 'E05', employee_name: 'Indigo Frost' };
const at = (day: string) => `2026-11-${day}T10:15:00`;
const posted = { posted_on: '2026-11-28', posted_to: { ...INDIGO, schedule_datetime: at('28') }, claim: null } as EventItem;
const claimed = (status: string, place = at('30')) =>
  ({ ...posted, claim: { ...INDIGO, line_id: 'run-1.1', status, cause: null, schedule_datetime: place } }) as unknown as EventItem;

it.each<[string, EventItem, string, string]>([
  ['that is posted', posted, 'Posted 28 Nov', 'Indigo Frost, Sat 28 Nov 10:15 am'],
  ['whose move is on its way', claimed('submitting'), 'Sending', 'Indigo Frost, Mon 30 Nov 10:15 am'],
  [
    'whose move was refused, as it is posted',
    claimed('api_failed'),
    'Posted 28 Nov',
    'Indigo Frost, Sat 28 Nov 10:15 am (not accepted: Indigo Frost, Mon 30 Nov 10:15 am)',
  ],
  [
    'that was refused and is not posted',
    { ...claimed('api_failed'), posted_on: null, posted_to: null },
    'Refused',
    'Indigo Frost, Mon 30 Nov 10:15 am',
  ],
])('lists an event %s', (_, event, state, who) =>
  expect([eventState(event, line(1, { status: 'api_failed' })).text, whoHas(event)]).toEqual([state, who]),
);
