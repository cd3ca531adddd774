import { describe, expect, test } from 'vitest';
import type { Difference, DifferencesDecided, EventCounts, Refresh, RefreshCounts, RefreshNews } from '../src/lib/api-types';
import { brokenRules, decidedWords, decisionsOf, oursWords, takeWords, theirsWords, whyNotOurs } from '../src/lib/differences';
import { hintOf, isEventFilter, filterChips } from '../src/lib/event-filters';
import { changedTotal, changeWords, countsWords, failureWords, isGoing, newsWords, phasesOf } from '../src/lib/refreshes';
import { waitWords } from '../src/lib/refresh-wait';
import type { FieldChange } from '../src/lib/refreshes';

const none: RefreshCounts = {
  listed: 286,
  new: 0,
  changed: 0,
  booked: 0,
  moved: 0,
  taken_back: 0,
  canceled: 0,
  withdrawn: 0,
  differ: 0,
  agree_again: 0,
  left: 0,
};
const refresh = (more: Partial<Refresh>): Refresh => ({
  refresh_id: 'r1',
  status: 'done',
  phase: null,
  at: '',
  ended_at: null,
  asked_by: null,
  failure: null,
  error: null,
  counts: none,
  time_zone: 'UTC',
  kept_until: '',
  ...more,
});
const place = (employee_name: string, schedule_datetime: string) => ({ employee_id: 'E1', employee_name, schedule_datetime, block: null });
const rosa = place('Rosa Kettle', '2026-11-27T10:15:00');
const noel = place('Noel Willow', '2026-11-28T12:00:00');

describe('a refresh', () => {
  test('has phases, which are all done at its end', () => {
    const states = (more: Partial<Refresh>) => phasesOf(refresh(more)).map((row) => row.state);
    expect(states({ status: 'queued' })).toEqual(['later', 'later', 'later']);
    expect(states({ status: 'running', phase: 'people' })).toEqual(['done', 'now', 'later']);
    expect(states({ status: 'done' })).toEqual(['done', 'done', 'done']);
    expect([isGoing(refresh({ status: 'queued' })), isGoing(refresh({ status: 'lost' }))]).toEqual([true, false]);
  });

  test.each([
    [{ status: 'done' }, /^$/],
    [{ status: 'running' }, /^$/],
    [{ status: 'lost' }, /counts as lost/],
    [{ status: 'failed', failure: 'login_refused' }, /Tell your administrator/],
    [{ status: 'failed', failure: 'location' }, /locations/],
    [{ status: 'failed', failure: 'crossmark_unreadable' }, /does not answer/],
    [{ status: 'failed', failure: 'out_of_time' }, /too long/],
    [{ status: 'failed', failure: 'internal', error: 'the table is away' }, /in Muster itself: the table is away\. Try again\./],
  ] as [Partial<Refresh>, RegExp][])('%o has its failure in words', (more, words) => expect(failureWords(refresh(more))).toMatch(words));

  test('counts add up to the total in the sentence', () => {
    const counts = { ...none, new: 3, moved: 2, left: 1 };
    expect(changedTotal(counts)).toBe(6);
    expect(countsWords(counts)).toBe(
      '6 events: 3 new, 2 moved at Crossmark, 1 left for the next refresh, because somebody here changed it meanwhile',
    );
    expect(countsWords(none)).toBe('Nothing changed');
    expect(countsWords({ ...none, differ: 1, agree_again: 2 })).toBe('3 events: 1 differs from what was decided here, 2 agree again');
    expect(countsWords({ ...none, differ: 2, agree_again: 1 })).toBe('3 events: 2 differ from what was decided here, 1 agrees again');
  });

  test('each event is shown before and after', () => {
    const emptyNews = { event_ref_num: 7, project_name: '', kind: 'moved', before: null, after: null, fields: [], changes: [] };
    const news = (more: Partial<RefreshNews> & { changes?: FieldChange[] }) => ({ ...emptyNews, ...more }) as RefreshNews;
    expect(newsWords(news({ before: rosa, after: noel }))).toMatchObject({
      kind: 'Moved',
      before: 'Rosa, Fri 27 Nov 10:15 am',
      after: 'Noel, Sat 28 Nov 12:00 pm',
    });
    expect(newsWords(news({ kind: 'taken_back', before: rosa })).after).toBe('nobody');
    expect(newsWords(news({ kind: 'agree_again', before: rosa, after: { ...rosa } }))).toMatchObject({
      before: '',
      after: 'Rosa, Fri 27 Nov 10:15 am',
    });
    expect(newsWords(news({ kind: 'changed', fields: ['name', 'window'] }))).toMatchObject({
      before: '',
      changes: [],
      fields: 'Changed: name and days on which it can be worked',
    });
    const length: FieldChange = { field: 'length', before: '390', after: '45' };
    expect(newsWords(news({ kind: 'changed', fields: ['length'], changes: [length] }))).toMatchObject({
      fields: '',
      changes: [{ what: 'Length', before: '6.5 h', after: '45 min' }],
    });
  });

  test.each<[FieldChange['field'], string | null, string | null, string, string]>([
    [
      'window',
      '2026-11-23T00:00:00/2026-12-04T00:01:00',
      '2026-11-23T00:00:00/2026-12-06T00:00:00',
      'Mon 23 Nov to Thu 3 Dec',
      'Mon 23 Nov to Sat 5 Dec',
    ],
    [
      'window',
      '2026-11-23T00:00:00/2026-12-04T00:01:00',
      '2026-11-23T00:00:00/2026-12-04T00:00:00',
      '2026-11-23T00:00:00/2026-12-04T00:01:00',
      '2026-11-23T00:00:00/2026-12-04T00:00:00',
    ],
    ['length', null, '30', 'nothing', '30 min'],
    ['type', 'Other', 'Freeosk', 'Other', 'Freeosk'],
    ['condition', 'Unstaffed', 'Paused', 'Unstaffed', 'Paused'],
  ])('a change of the %s has both values', (field, before, after, was, is) => {
    expect(changeWords({ field, before, after })).toMatchObject({ before: was, after: is });
  });

  test('a refusal names the time of the next refresh', () => {
    const zone = 'America/New_York';
    expect(waitWords({ next_at: '2026-11-19T13:05:00Z' }, zone, '2026-11-19')).toMatch(/The next refresh may begin at 8:05 am\.$/);
    expect(waitWords({}, zone)).toBe('Crossmark was read too often within the hour.');
  });
});

describe('a difference', () => {
  const difference = (more: Partial<Difference>): Difference => ({
    event_ref_num: 7,
    project_name: '619023-CF-Spinach Dip (261010537293) - V2-CORE',
    event_type: 'Core',
    since: '2026-11-19T12:00:00.000Z',
    text: '',
    muster: rosa,
    crossmark_shows: 'nobody',
    crossmark: null,
    can_send_ours: true,
    ...more,
  });

  test('has both sides in words, and the effect of each decision', () => {
    expect(oursWords(difference({}))).toBe('Rosa Kettle, Fri 27 Nov 10:15 am');
    expect(oursWords(difference({ muster: null }))).toBe('Taken back');
    expect(theirsWords(difference({}))).toBe('Nobody has it');
    expect(theirsWords(difference({ crossmark_shows: 'unlisted' }))).toBe('Not listed any more');
    expect(theirsWords(difference({ crossmark_shows: 'schedule', crossmark: noel }))).toBe('Noel Willow, Sat 28 Nov 12:00 pm');
    expect(takeWords(difference({}))).toMatch(/a run may place it again/);
    expect(whyNotOurs(difference({}))).toBe('');
    expect(whyNotOurs(difference({ can_send_ours: false, crossmark_shows: 'unlisted' }))).toMatch(/does not list event 7/);
    expect(whyNotOurs(difference({ can_send_ours: false }))).toMatch(/has begun/);
    expect(decisionsOf([difference({})], 'muster')).toEqual([{ event_ref_num: 7, since: '2026-11-19T12:00:00.000Z', take: 'muster' }]);
  });

  test('each broken rule is listed once', () => {
    const rule = { rule: 'H9', title: 'At most 6 days a week', words: 'Core 31164334 "618917-Bluefern-Lemon Tart (2610)" makes 7 days' };
    expect(brokenRules({ violations: [rule, rule] })).toEqual([{ ...rule, words: 'Bluefern Lemon Tart makes 7 days' }]);
    expect(brokenRules({})).toEqual([]);
  });

  test('decided and refused differences add up', () => {
    const sent = { queued: 2, refused: [] } as unknown as DifferencesDecided['sent'];
    const refused = [{ event_ref_num: 9, reason: 'it does not differ any more' }];
    expect(decidedWords({ taken: [7], refused, sent }, (ref) => `Event ${ref}`)).toBe(
      "Crossmark's is taken for 1 event. 2 events go to Crossmark again. Not decided: Event 9, it does not differ any more.",
    );
  });
});

test('the filters of events have their counts, and rows of unknown events are explained', () => {
  const counts: EventCounts = { all: 9, open: 5, due_soon: 2, lost: 0, kept_out: 1, corrected: 0, differs: 0, set_aside: 3 };
  expect(filterChips(counts).map(({ key, n, tone }) => [key, n, tone])).toEqual([
    ['due_soon', 2, 'warn'],
    ['lost', 0, ''],
    ['kept_out', 1, ''],
    ['corrected', 0, ''],
    ['differs', 0, ''],
    ['set_aside', 3, 'warn'],
  ]);
  expect([isEventFilter('lost'), isEventFilter('constructor'), isEventFilter('')]).toEqual([true, false, false]);
  expect(hintOf('set_aside', 2, 3)).toBe('1 more row is of an event that is not known here.');
  expect(hintOf('lost', 2, 3)).toBe('');
  expect(hintOf('set_aside', 3, undefined)).toBe('');
});
