/** Mocked drafts in the server's format, for views and tests. */
import type { Page } from 'playwright-core';
import type { Draft, DraftSummary } from '../../src/lib/api-types';

const MINUTE = 60_000;
export const LONG_NAME = 'Somebody With-A-Rather-Long Name-And-Another-One';

export function draft(change: Partial<Draft> = {}): Draft {
  const spot = { employee_id: 'E01', employee_name: LONG_NAME, schedule_datetime: '2026-11-27T10:15:00', block: 2 };
  return {
    time_zone: 'America/Indiana/Indianapolis',
    draft_id: 'draft-1',
    kind: 'schedules',
    title: 'change schedules by hand',
    status: 'open',
    through: 'mcp',
    asked_by: 'vera',
    asked_at: new Date(Date.now() - MINUTE).toISOString(),
    expires_at: new Date(Date.now() + 9 * MINUTE).toISOString(),
    text: `Cherry Salad goes from ${LONG_NAME} to Nico Farrow.`,
    lines: 2,
    breaks: 0,
    plan_version: 7,
    is_stale: false,
    error: null,
    effect: {
      lines: [
        {
          what: 'moved',
          event_ref_num: 619_044,
          project_name: '26-11 619044-LKD-AF-Cherry Salad (1) - V2-CORE',
          event_type: 'Core',
          line_id: null,
          before: spot,
          after: { ...spot, employee_id: 'E02', employee_name: 'Nico Farrow' },
          text: '',
        },
        {
          what: 'taken_back',
          event_ref_num: 619_045,
          project_name: '26-11 619045-LKD-AF-Cherry Salad (1) - V2-SUPERVISOR',
          event_type: 'Supervisor',
          line_id: null,
          before: spot,
          after: null,
          text: '',
        },
      ],
      breaks: [],
      points: -12,
      terms: { rotation: -20, fairness: 8 },
      notes: [],
    },
    decided_by: null,
    decided_at: null,
    outcome: null,
    ...change,
  };
}

export const BREAKS: Draft['effect']['breaks'] = [
  { rule: 'H2', title: 'Only people who are there', text: `${LONG_NAME} is off on Friday 27 November` },
];

/** Mocks one draft at its address and in the list, with times by the server's clock. */
export async function withDraft(page: Page, body: Draft) {
  await page.route('**/api/drafts/draft-1*', async (route) => {
    const { date } = (await route.fetch()).headers();
    const ahead = Date.parse(date) - Date.now();
    const shifted = (at: string) => new Date(Date.parse(at) + ahead).toISOString();
    const draft = { ...body, asked_at: shifted(body.asked_at), expires_at: shifted(body.expires_at) };
    await route.fulfill({ json: draft, headers: { date } });
  });
  await withDrafts(page, [body]);
}

export const withDrafts = (page: Page, items: DraftSummary[]) =>
  page.route(/\/api\/drafts(\?|$)/, (route) => route.fulfill({ json: { items } }));
