/** Views of the draft pages, with mocked drafts. */
import { BREAKS, draft, withDraft, withDrafts } from '../drafts';
import { changeAnswers } from '../manager';
import { refuse, type View } from './view';

const hash = '#/drafts/draft-1';
const decided = { decided_by: 'developer', decided_at: new Date().toISOString() };
const emptyOutcome = { run_id: null, approval_id: null, trial_id: null, fact: null, finding_id: null, line_ids: [] };

export const pages: View[] = [
  { name: 'draft', hash, before: ({ page }) => withDraft(page, draft()), go: (m) => m.see(/[89]:\d\d left to confirm it/) },
];

export const states: View[] = [
  {
    name: 'drafts',
    hash: '#/drafts',
    before: ({ page }) => withDrafts(page, [draft({ breaks: 1 }), draft({ draft_id: 'draft-2', text: null })]),
  },
  { name: 'drafts-none', hash: '#/drafts', before: ({ page }) => withDrafts(page, []), go: (m) => m.see('No draft waits') },
  {
    name: 'draft-breaks',
    hash,
    before: ({ page }) =>
      withDraft(
        page,
        draft({
          breaks: 1,
          effect: { ...draft().effect, breaks: BREAKS, notes: ['nobody else can take 619046: both others are off on Fri 27 Nov'] },
        }),
      ),
    go: (m) => m.see('Rules that it breaks'),
  },
  { name: 'draft-viewer', hash, as: 'viewer', before: ({ page }) => withDraft(page, draft()), go: (m) => m.button('Confirm').waitFor() },
  { name: 'draft-loading', hash, before: (m) => m.hold('**/api/drafts/draft-1*') },
  {
    name: 'draft-preparing-loading',
    hash,
    before: ({ page }) =>
      withDraft(
        page,
        draft({ kind: 'call_out', status: 'preparing', effect: { lines: [], breaks: [], points: null, terms: {}, notes: [] } }),
      ),
    go: (m) => m.button('Confirm').waitFor(),
  },
  {
    name: 'draft-stale',
    hash,
    before: ({ page }) => withDraft(page, draft({ is_stale: true })),
    go: (m) => m.see(/The club has changed since/),
  },
  {
    name: 'draft-confirmed',
    hash,
    before: ({ page }) =>
      withDraft(page, draft({ status: 'confirmed', ...decided, outcome: { ...emptyOutcome, run_id: 'r', approval_id: 'a' } })),
    go: (m) => m.see('2 events were approved for Crossmark.'),
  },
  {
    name: 'draft-expired',
    hash,
    before: ({ page }) => withDraft(page, draft({ status: 'expired' })),
    go: (m) => m.see(/within ten minutes/),
  },
  {
    name: 'draft-gone',
    hash: '#/drafts/nothing-like-it',
    before: ({ page }) =>
      page.route('**/api/drafts/*', refuse(404, 'DRAFT_NOT_FOUND', 'there is no such draft, or it ended more than a day ago')),
    go: (m) => m.see('This draft is gone'),
  },
  {
    name: 'today-drafts',
    hash: '#/today',
    before: ({ page }) =>
      changeAnswers(page, '**/api/dashboard*', (found: object) => ({ ...found, drafts: [draft(), draft({ draft_id: 'draft-2' })] })),
    go: (m) => m.see('2 drafts wait'),
  },
];
