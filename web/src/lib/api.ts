/** The requests to the API. Only this file and `prefetch.ts` fetch from it. */
import type * as T from './api-types';
import { bearer, noteExpired } from './auth.svelte';
import { capital } from './numbers';
import { online, noteReached, noteUnreachable } from './online.svelte';
import { addressOf, LONGEST_WAIT_MS, type Prefetched, type Query, takePrefetched, WHOLE } from './prefetch';
import { noteServerTime } from './server-clock';
import * as storedAnswers from './stored-answers';

/** An error of the API or of the connection. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: Record<string, unknown> = {},
    readonly requestId = '',
  ) {
    super(message);
  }

  /** A short code for the request, which a person can quote to the help desk. */
  get ref(): string {
    return this.requestId.replaceAll('-', '').slice(0, 6).toUpperCase();
  }

  /** Whether a date of the request is more than two years from today. */
  get isTooFar(): boolean {
    return this.code === 'DATE_OUT_OF_BOUNDS';
  }
}

let base = '';
let club: string | null = null;
/** Number of the current session: an answer that arrives after the end of its session is not stored. */
let sessions = 0;
/** Maximum stored answers. Without a limit, answers to requests with different cursors would accumulate. */
const MAX_ANSWERS = 100;
const answers = new Map<string, { etag: string; body: unknown }>();

export function configureApi(api: string) {
  base = api;
}

/** Sends this club with every request from now on; null if the caller has only one. */
export function useClub(id: string | null) {
  if (club !== id) answers.clear();
  club = id;
}

/** Deletes the stored answers when a session ends. */
export async function forget() {
  sessions++;
  answers.clear();
  await storedAnswers.clear();
}

const address = (path: string, query?: Query) => addressOf(base, club, path, query);

async function headers(more: Record<string, string> = {}): Promise<Record<string, string>> {
  const token = await bearer();
  return { accept: 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}), ...more };
}

async function refusal(answer: Response): Promise<ApiError> {
  const body = (await answer.json().catch(() => null)) as T.ErrorBody | null;
  const error = body?.error;
  if (answer.status === 401) {
    noteExpired();
    void forget();
  }
  if (!error) return new ApiError(answer.status, 'NO_ANSWER', `The server answered ${answer.status} and gave no reason.`);
  const details = (error.details ?? {}) as Record<string, unknown>;
  return new ApiError(answer.status, error.code, capital(error.message), details, error.request_id ?? '');
}

/** Whether a request can change anything. */
type Does = 'reads' | 'writes';
const CHECK_FIRST = 'Check whether it was done before you try again.';

/** An answer that breaks off, or is not from the API. A change may have been made, so this must not look like a refusal. */
function unreadable(does: Does): ApiError {
  const words = "The server's answer could not be read.";
  return new ApiError(0, 'UNREADABLE', does === 'reads' ? words : `${words} ${CHECK_FIRST}`);
}

/** Reads the body of an answer. */
const bodyOf = <A>(answer: Response, does: Does, body: Promise<unknown> = answer.json()): Promise<A> =>
  body.catch(() => {
    throw unreadable(does);
  }) as Promise<A>;

const offline = () => new ApiError(0, 'OFFLINE', 'The server cannot be reached.');

/** Maximum wait for files: ten thousand rows take longer. */
const LONGEST_FILE_WAIT_MS = 120_000;

function tooSlow(does: Does, wait: number): ApiError {
  const words = `Crossmark, Muster or the connection is slow: there was no answer within ${wait / 1000} seconds.`;
  return new ApiError(0, 'SLOW', does === 'reads' ? words : `${words} ${CHECK_FIRST}`);
}

/** Rejects after the maximum wait, and aborts the work if it can be aborted. */
export async function inTime<A>(
  work: (signal: AbortSignal) => Promise<A>,
  { signal, does = 'reads', wait = LONGEST_WAIT_MS }: { signal?: AbortSignal; does?: Does; wait?: number } = {},
): Promise<A> {
  const limit = new AbortController();
  const stop = () => limit.abort(signal?.reason);
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => {
      fail(tooSlow(does, wait));
      limit.abort();
    }, wait);
  });
  try {
    return await Promise.race([work(limit.signal), late]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

/**
 * Sends a GET request; returns the same object while the server answers 304. A `kept` answer is stored in the browser, for use without a
 * connection; a `passing` one is not.
 */
const get = <A>(path: string, query?: Query, signal?: AbortSignal, keep: 'kept' | 'passing' = 'kept'): Promise<A> =>
  inTime((limit) => read<A>(path, query, limit, keep), { signal });

async function read<A>(path: string, query: Query | undefined, signal: AbortSignal, keep: 'kept' | 'passing'): Promise<A> {
  const url = address(path, query);
  const lastAnswer = answers.get(url);
  const asked = sessions;
  let found: Prefetched;
  try {
    found = await (takePrefetched(url, signal) ?? ask(url, lastAnswer ? { 'if-none-match': lastAnswer.etag } : {}, signal));
  } catch (cause) {
    if (signal.aborted) throw cause;
    return storedAnswer<A>(url);
  }
  const { answer } = found;
  noteServerTime(answer.headers.get('date'));
  noteReached();
  if (answer.status === 304 && lastAnswer) {
    // Stores the answer again with the current time, which is shown while there is no connection.
    if (keep === 'kept') store(url, lastAnswer.body, asked);
    return lastAnswer.body as A;
  }
  if (!answer.ok) throw await refusal(answer);
  const body = await bodyOf<A>(answer, 'reads', found.body);
  if (asked !== sessions) return body;
  const etag = answer.headers.get('etag');
  if (etag) answers.set(url, { etag, body });
  if (keep === 'kept') store(url, body, asked);
  if (answers.size > MAX_ANSWERS) answers.delete(answers.keys().next().value as string);
  return body;
}

const ask = async (url: string, more: Record<string, string>, signal: AbortSignal): Promise<Prefetched> => ({
  answer: await fetch(url, { headers: await headers(more), signal, cache: 'no-store' }),
});

/** Stores an answer when the browser is idle, because the first paint does not need it. After a sign-out it is not stored. */
function store(url: string, body: unknown, asked: number) {
  (globalThis.requestIdleCallback ?? setTimeout)(() => {
    if (asked === sessions) void storedAnswers.put(url, body);
  });
}

/** Returns the last stored answer while there is no connection. */
async function storedAnswer<A>(url: string): Promise<A> {
  const found = await storedAnswers.read(url);
  noteUnreachable(found?.at);
  if (!found) throw offline();
  return found.body as A;
}

type Method = 'POST' | 'PUT' | 'DELETE';

function send<A>(method: Method, path: string, body?: unknown, query?: Query): Promise<A> {
  const does = isDryRun(body, query) ? 'reads' : 'writes';
  return inTime((limit) => write<A>(method, address(path, query), body, limit, does), { does });
}

/** Whether a request is a dry run: `dry` in the query of facts, `dry_run` in the body of schedules and fixes. */
const isDryRun = (body: unknown, query?: Query) => !!query?.dry || !!(body as { dry_run?: boolean } | undefined)?.dry_run;

async function write<A>(method: Method, url: string, body: unknown, signal: AbortSignal, does: Does): Promise<A> {
  const more: Record<string, string> = {};
  if (body !== undefined) more['content-type'] = 'application/json';
  if (method === 'POST') more['idempotency-key'] = crypto.randomUUID();
  const init: RequestInit = { method, headers: await headers(more), body: body === undefined ? undefined : JSON.stringify(body), signal };
  let answer: Response;
  try {
    answer = await fetch(url, init);
  } catch {
    if (signal.aborted) throw offline();
    // A POST is repeated once. The repeat has the same idempotency key, so the server executes the request only once.
    answer = await again(url, init);
  }
  noteServerTime(answer.headers.get('date'));
  noteReached();
  if (!answer.ok) throw await refusal(answer);
  if (answer.status === 204) return undefined as A;
  return bodyOf<A>(answer, does);
}

async function again(url: string, init: RequestInit): Promise<Response> {
  try {
    if (init.method !== 'POST' || !online.is) throw offline();
    return await fetch(url, init);
  } catch {
    noteUnreachable();
    throw offline();
  }
}

/** Sends a file, compressed if it is large. A second load of the same file changes nothing, so the request needs no idempotency key. */
function upload<A>(path: string, file: Blob, query: Query): Promise<A> {
  const does = query.save ? 'writes' : 'reads';
  const work = async (signal: AbortSignal) => {
    const content = file.size > LARGE_FILE ? file.stream().pipeThrough(new CompressionStream('gzip')) : file;
    const body = await new Response(content).arrayBuffer();
    const init = { method: 'POST', headers: await headers({ 'content-type': 'application/octet-stream' }), body, signal };
    return bodyOf<A>(await fetchOnce(address(path, query), init), does);
  };
  return inTime(work, { does, wait: LONGEST_FILE_WAIT_MS });
}
const LARGE_FILE = 1024 * 1024;

export interface DownloadedFile {
  blob: Blob;
  name: string;
}

/** Downloads a file under the server's name for it, or under `name` if that cannot be read. */
const download = (path: string, query: Query, name: string): Promise<DownloadedFile> =>
  inTime(
    async (signal) => {
      const answer = await fetchOnce(address(path, query), { headers: await headers({ accept: '*/*' }), signal, cache: 'no-store' });
      const match = /filename="([^"]+)"/.exec(answer.headers.get('content-disposition') ?? '');
      return { blob: await answer.blob(), name: match?.[1] ?? name };
    },
    { wait: LONGEST_FILE_WAIT_MS },
  );

/** Sends a request once, without a repeat; throws if it is refused. */
async function fetchOnce(url: string, init: RequestInit): Promise<Response> {
  const answer = await fetch(url, init).catch(() => {
    if (!init.signal?.aborted) noteUnreachable();
    throw offline();
  });
  noteReached();
  if (!answer.ok) throw await refusal(answer);
  return answer;
}

const run = '/auto-schedule';
const path = (id: string) => encodeURIComponent(id);

export const api = {
  me: () => get<T.Me>('/me'),
  dashboard: (signal?: AbortSignal) => get<T.Dashboard>('/dashboard', {}, signal),

  pending: (signal?: AbortSignal) => get<T.Pending>(`${run}/pending`, {}, signal),
  /** Without `since` the answer has only the counts, with `all` every line, and with a cursor the changed lines. */
  status: (runId: string, since?: string) => get<T.RunProgress>(`${run}/status/${path(runId)}`, { since }, undefined, 'passing'),
  /** An emergency run also plans the days within the buffer. */
  run: (emergency = false) => send<{ run_id: string }>('POST', `${run}/run`, { run_type: 'manual', emergency }),
  stopRun: (runId: string) => send<void>('DELETE', `${run}/run/${path(runId)}`),
  dismissCrash: (runId: string) => send<void>('POST', `${run}/dismiss-crash`, { run_id: runId }),
  /** Confirms a doubted list of Crossmark: the events that it lacks are withdrawn. */
  confirmList: (since: string) => send<{ withdrawn: number }>('POST', `${run}/confirm-list`, { since }),
  line: (id: string) => get<T.LineAlone>(`/pending-schedule/${path(id)}`, {}, undefined, 'passing'),
  edit: (line: string, edit: T.Edit) => send<T.Edited>('PUT', `/pending-schedule/${path(line)}`, edit),
  choices: (line: string) => send<T.Choices>('POST', `${run}/check`, { line } satisfies T.CheckRequest),
  checkPlace: (line: string, employee_id: string, schedule_datetime: string) =>
    send<T.Checked>('POST', `${run}/check`, { line, employee_id, schedule_datetime } satisfies T.CheckRequest),
  /** Who could work an event, according to the proposal; with `byHand`, according to what is posted alone, as for a change by hand. */
  eventChoices: (ref: number, byHand = false) =>
    send<T.Choices>('POST', `${run}/check`, { event_ref_num: ref, ...(byHand ? { by_hand: true } : {}) } satisfies T.CheckRequest),
  approve: (request: T.ApproveRequest) => send<T.Approved>('POST', `${run}/approve`, request),
  recall: (approvalId: string) => send<T.Recalled>('POST', `${run}/recall`, { approval_id: approvalId }),
  /** Without lines, rejects the whole proposal. */
  reject: (runId: string, reasons: string[], lines?: string[]) =>
    send<T.Rejected>('POST', `${run}/reject`, { run_id: runId, reasons, lines }),

  /** A page of the lines in a state; without a state, all lines that are approved and not accepted yet. */
  submissions: (query: { state?: string; include?: string; cursor?: string; limit?: number } = {}) =>
    query.state ? get<T.Submissions>('/submissions', query) : readWhole<T.Submissions>('/submissions', query),
  retry: (which: T.Which) => send<T.Settled & { retried: string[] }>('POST', `${run}/retry`, which),
  drop: (which: T.Which) => send<T.Settled & { dropped: string[] }>('POST', `${run}/drop`, which),
  doneByHand: (line: string, note: string, scheduledEventId: number | null) =>
    send<T.Settled>('POST', `${run}/done-by-hand/${path(line)}`, { note, scheduled_event_id: scheduledEventId }),

  history: (query: { cursor?: string | null; limit?: number } = {}) => get<T.History>(`${run}/history`, query),
  compare: (a: string, b: string) => get<T.Comparison>(`${run}/history/compare`, { a, b }, undefined, 'passing'),

  rotations: () => get<T.Rotations>('/rotations'),
  saveRotations: ({ juicer, primary_lead, backups, version }: T.Rotations) =>
    send<{ version: number }>('POST', '/rotations', { juicer, primary_lead, backups, version }),
  exceptions: (from: string) => readWhole<T.List<T.RotationException>>('/rotation-exception', { ...WHOLE, from }),
  saveException: (exception: Pick<T.RotationException, 'date' | 'rotation_type' | 'employee_id' | 'reason'>) =>
    send<T.ExceptionSaved>('POST', '/rotation-exception', exception),
  removeException: (date: string, rotation: T.RotationType) => send<void>('DELETE', `/rotation-exception/${date}/${rotation}`),

  employees: () => everyPage<T.Employee>('/employees'),
  schedules: (from: string, to: string) => everyPage<T.Schedule>('/schedules', { from, to }),
  changeSchedules: (request: T.ScheduleChangesRequest) => send<T.ScheduleChanges>('POST', '/schedules/changes', request),
  events: (query: Query) => get<T.List<T.EventItem>>('/events', { include: 'total', ...query }),
  /** The first few events that match. */
  findEvents: (q: string) => get<T.List<T.EventItem>>('/events', { q, limit: 5 }, undefined, 'passing'),
  settings: () => get<T.Settings>('/settings'),
  holidays: async () => {
    // Every page of the single days also has all yearly holidays.
    const { items: once, yearly = [] }: T.List<T.ClosedDay> & Partial<T.HolidayList> = await readWhole('/holidays', WHOLE);
    return { once, yearly };
  },
  lockedDays: () => everyPage<T.ClosedDay>('/locked-days'),

  saveEmployee: (id: string, person: T.EmployeeRequest, dry: boolean) => sendFact('PUT', `/employees/${path(id)}`, dry, person),
  saveWeek: (id: string, week: { days: T.WeekHours; version: number; why: string | null }, dry: boolean) =>
    sendFact('PUT', `/employees/${path(id)}/availability`, dry, week),
  addTimeOff: (off: T.Span, dry: boolean) => sendFact('POST', '/time-off', dry, off),
  removeTimeOff: (id: string, dry: boolean) => sendFact('DELETE', `/time-off/${path(id)}`, dry),
  addOverride: (change: T.Span & { days: T.WeekHours }, dry: boolean) => sendFact('POST', '/availability-overrides', dry, change),
  removeOverride: (id: string, dry: boolean) => sendFact('DELETE', `/availability-overrides/${path(id)}`, dry),
  addHoliday: (holiday: T.HolidayRequest, dry: boolean) => sendFact('POST', '/holidays', dry, holiday),
  removeHoliday: (id: string, dry: boolean) => sendFact('DELETE', `/holidays/${path(id)}`, dry),
  lockDay: (date: string, reason: string | null, dry: boolean) => sendFact('POST', '/locked-days', dry, { date, reason }),
  unlockDay: (date: string, dry: boolean) => sendFact('DELETE', `/locked-days/${path(date)}`, dry),
  /** Sends a sentence to *Find*. One that asks for a change makes a draft and changes nothing else. */
  ask: (text: string) => send<T.AskAnswer>('POST', '/ask', { text }),
  fairness: () => get<T.Fairness>('/fairness', {}, undefined, 'passing'),
  correctFairness: (employee: string, wanted: T.FairnessRequest) =>
    send<{ person: T.FairnessPerson }>('POST', `/fairness/${path(employee)}`, wanted),
  analytics: (from: string, to: string, by: T.NumbersBy) => get<T.Numbers>('/analytics', { from, to, by }, undefined, 'passing'),
  outcomes: (from: string, to: string) => everyPage<T.LineOutcome>('/outcomes', { from, to }),
  correctOutcome: (line: string, outcome: T.OutcomeRequest) =>
    send<{ outcome: T.LineOutcome | null }>('POST', `/outcomes/${path(line)}`, outcome),
  affinity: () => get<T.Affinity>('/affinity', {}, undefined, 'passing'),
  switchAffinity: (wanted: T.AffinityRequest) => send<unknown>('PUT', '/affinity', wanted),
  drafts: () => get<{ items: T.DraftSummary[] }>('/drafts', {}, undefined, 'passing'),
  draft: (id: string) => get<T.Draft>(`/drafts/${path(id)}`, {}, undefined, 'passing'),
  /** A draft that breaks rules can only be confirmed with a reason. */
  confirmDraft: (id: string, reason?: string) =>
    send<T.Draft>('POST', `/drafts/${path(id)}/confirm`, reason ? { override: { reason } } : {}),
  discardDraft: (id: string) => send<T.Draft>('POST', `/drafts/${path(id)}/discard`),
  /** Reads the changes of weights that a text asks for. Saves nothing. */
  readWeightWords: (text: string, weights: Record<string, number>) =>
    send<T.WeightsFromWords>('POST', '/settings/words', { text, weights }),
  saveSettings: (settings: T.SettingsRequest, dry: boolean) => sendFact('PUT', '/settings', dry, settings),
  correctEvent: (ref: number, correction: T.EventCorrectionRequest, dry: boolean) => sendFact('PUT', `/events/${ref}`, dry, correction),
  /** Every change since a moment, including those of lines and runs. */
  changes: (since: string) => everyPage<T.ChangeEntry>('/changes', { since }),
  factHistory: (fact: string) => everyPage<T.FactChange>('/facts/history', { fact }),
  /** Previews what a file would change. With the digest of a preview as `save`, saves the file. */
  importFile: (kind: T.ImportKind, file: Blob, { existing, mapping }: T.ImportOptions, save?: string) =>
    upload<T.ImportPreview>(`/imports/${kind}`, file, { save, existing, mapping: mapping && JSON.stringify(mapping) }),
  /** `name` is used if the server's name for the file cannot be read, as on another origin. */
  exportFile: (kind: T.ExportKind, query: { format: T.ExportFormat; from?: string; to?: string }, name: string) =>
    download(`/exports/${kind}`, query, name),

  calendarFeeds: () => get<{ items: T.CalendarFeed[] }>('/calendar-feeds'),
  /** Without a person, makes the feed of the whole club. */
  makeCalendarFeed: (employee_id: string | null) => send<T.CalendarFeedMade>('POST', '/calendar-feeds', { employee_id }),
  renewCalendarFeed: (id: string) => send<T.CalendarFeedMade>('POST', `/calendar-feeds/${path(id)}/renew`),
  revokeCalendarFeed: (id: string) => send<void>('DELETE', `/calendar-feeds/${path(id)}`),
  /** The address that a calendar subscribes to. */
  feedAddress: (place: string) => new URL(base + place, location.href).href,

  askRefresh: () => send<T.RefreshAsked>('POST', '/refreshes'),
  refreshes: () => get<{ items: T.Refresh[] }>('/refreshes', {}, undefined, 'passing'),
  refresh: (id: string) => get<T.RefreshReport>(`/refreshes/${path(id)}`, {}, undefined, 'passing'),
  differences: () => get<T.Differences>('/differences'),
  /** With a reason, a schedule that is sent again may break rules. */
  decideDifferences: (decisions: T.DifferenceDecision[], reason?: string) =>
    send<T.DifferencesDecided>('POST', '/differences/decide', { decisions, ...(reason ? { override: { reason } } : {}) }),
  eventCounts: () => get<T.EventCounts>('/events/counts'),
  setup: () => get<T.Setup>('/setup'),
  makeClub: (club: T.NewClub) => send<T.ClubMade>('POST', '/setup', club),
  chooseLocation: (location_id: number) => send<T.Setup>('PUT', '/setup/location', { location_id }),
  pastHealth: () => get<{ items: T.MorningHealth[] }>('/validation/health'),

  /** The findings about a week's posted schedules. */
  validation: (week: string) => readWhole<T.Validation>('/validation', { week }),
  waysOut: (finding: string) => get<T.WaysOut>(`/validation/${path(finding)}/options`),
  applyWaysOut: (fixes: T.Fix[], plan_version: number, dry_run: boolean) =>
    send<T.FixesApplied>('POST', '/validation/apply', { fixes, plan_version, dry_run }),
  undoBlocks: (blocks: T.FixesApplied['blocks']) => send<void>('POST', '/validation/blocks/undo', { blocks }),
  ignoreFinding: (finding: string, reason: string, until: string | null) =>
    send<{ until: string }>('POST', `/validation/${path(finding)}/ignore`, { reason, until }),
  stopIgnoringFinding: (finding: string) => send<unknown>('DELETE', `/validation/${path(finding)}/ignore`),
  beginTrial: (request: T.TrialRequest) => send<{ trial_id: string }>('POST', '/trials', request),
  trial: (id: string) => get<T.Trial>(`/trials/${path(id)}`, {}, undefined, 'passing'),
  adoptTrial: (id: string) => send<T.TrialAdopted>('POST', `/trials/${path(id)}/adopt`),

  putBack: (fact: string, version: number) => send<T.FactSaved>('POST', '/facts/put-back', { fact, version }),
};

/** Changes a fact; with `dry` it only returns the effect. */
const sendFact = (method: Method, place: string, dry: boolean, body?: unknown) =>
  send<T.FactSaved>(method, place, body, dry ? { dry: 'true' } : undefined);

/** Maximum pages of a list that is read as a whole. With 500 entries a page, they are 10,000 entries. */
const MAX_PAGES = 20;

/**
 * Reads a whole list: the first page, with the items of all pages. Throws if there are more pages than `MAX_PAGES`, because a part would
 * look like the whole list.
 */
async function readWhole<L extends Paged>(place: string, query: Query): Promise<L> {
  const first = await get<L>(place, query);
  const items = [...first.items];
  let { next } = first;
  for (let pages = 1; next; pages++) {
    if (pages === MAX_PAGES) throw new ApiError(0, 'TOO_LONG', `The list is too long: it has more than ${items.length} entries.`);
    const page: L = await get<L>(place, { ...query, cursor: next });
    items.push(...page.items);
    next = page.next;
  }
  return { ...first, items, next };
}

interface Paged {
  items: unknown[];
  /** The cursor of the next page; null on the last one. */
  next: string | null;
}

/** The entries of a whole list. */
const everyPage = async <A>(place: string, query: Query = {}): Promise<A[]> =>
  (await readWhole<T.List<A>>(place, { ...WHOLE, ...query })).items;
