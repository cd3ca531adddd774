import { expect, it } from 'vitest';
import type { EventItem } from '../src/lib/api-types';
import { eventState, whoHas } from '../src/lib/event-state';

const INDIGO = { employee_id: 'E05', employee_name: 'Indigo Frost' };
const at = (day: string) => `2026-11-${day}T10:15:00`;
const posted = { posted_on: '2026-11-28', posted_to: { ...INDIGO, schedule_datetime: at('28') }, claim: null } as EventItem;
const claimed = (status: string, cause: string | null = null) =>
  ({ ...posted, claim: { ...INDIGO, line_id: 'run-1.1', status, cause, schedule_datetime: at('30') } }) as unknown as EventItem;

it.each<[string, EventItem, string, string]>([
  ['that is posted', posted, 'Posted 28 Nov', 'Indigo Frost, Sat 28 Nov 10:15 am'],
  ['whose move is on its way', claimed('submitting'), 'Sending', 'Indigo Frost, Mon 30 Nov 10:15 am'],
  [
    'whose move was refused, as it is posted',
    claimed('api_failed', 'restored'),
    'Posted 28 Nov',
    'Indigo Frost, Sat 28 Nov 10:15 am (not accepted: Indigo Frost, Mon 30 Nov 10:15 am)',
  ],
  [
    'whose move had no clear answer, as unsure',
    claimed('api_failed', 'exhausted'),
    'Set aside',
    'Not sure: posted before to Indigo Frost, Sat 28 Nov 10:15 am, wanted: Indigo Frost, Mon 30 Nov 10:15 am',
  ],
  [
    'of which Crossmark shows something else, as unsure',
    claimed('api_failed', 'conflict'),
    'Unclear',
    'Not sure: posted before to Indigo Frost, Sat 28 Nov 10:15 am, wanted: Indigo Frost, Mon 30 Nov 10:15 am',
  ],
  [
    'whose move was not sent because Crossmark had changed it, as unsure',
    claimed('api_failed', 'changed_upstream'),
    'Not sent',
    'Not sure: posted before to Indigo Frost, Sat 28 Nov 10:15 am, wanted: Indigo Frost, Mon 30 Nov 10:15 am',
  ],
  [
    'whose base was not accepted, as Submissions does',
    { ...claimed('api_failed', 'dependency_failed'), posted_on: null, posted_to: null },
    'Not sent',
    'Indigo Frost, Mon 30 Nov 10:15 am',
  ],
  [
    'that was refused and is not posted',
    { ...claimed('api_failed'), posted_on: null, posted_to: null },
    'Refused',
    'Indigo Frost, Mon 30 Nov 10:15 am',
  ],
])('lists an event %s', (_, event, state, who) => expect([eventState(event).text, whoHas(event)]).toEqual([state, who]));
