/** Server data by name, so that every page shares one copy. */
import { createInfiniteQuery, createQuery, QueryClient } from '@tanstack/svelte-query';
import { api, ApiError } from './api';
import type { DraftStatus, FactChange, History, NumbersBy, Schedule, Submissions } from './api-types';
import { changedWords } from './changed';
import { LAST_RUNS, OPEN_SUBMISSIONS } from './prefetch';
import { session } from './session.svelte';
import { withDistinctNames } from './team-names.svelte';
import { uniqueBy } from './unique';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      networkMode: 'always',
      // Server errors are retried twice; refusals and lost connections are shown at once.
      retry: (failures, error) => failures < 2 && error instanceof ApiError && error.status >= 500,
    },
  },
});

const MINUTE = 60_000;

export const keys = {
  dashboard: ['dashboard'],
  pending: ['pending'],
  submissions: ['submissions'],
  rotations: ['rotations'],
  exceptions: ['exceptions'],
  runs: ['runs'],
  refreshes: ['refreshes'],
  differences: ['differences'],
  setup: ['setup'],
  drafts: ['drafts'],
  fairness: ['fairness'],
  analytics: ['analytics'],
  outcomes: ['outcomes'],
  affinity: ['affinity'],
  validation: (week: string) => ['validation', week],
  waysOut: (finding: string) => ['ways-out', finding],
} as const;

type FixedKey = { [K in keyof typeof keys]: (typeof keys)[K] extends readonly string[] ? K : never }[keyof typeof keys];

/** Number of reads by `readAfterRun` that are under way. */
let readsAfterRun = 0;

/** Reads the last runs. If one of them began or ended meanwhile, reads what that changes too, unless `readAfterRun` does. */
async function readRuns(): Promise<History> {
  const before = queryClient.getQueryData<History>(keys.runs);
  const found = await api.history(LAST_RUNS);
  // A change by hand is recorded as a run too, so the one that ends need not be the newest.
  const statesOf = ({ items }: History) => items.map(({ run_id, status }) => `${run_id} ${status}`).join();
  if (!readsAfterRun && before && statesOf(before) !== statesOf(found)) void invalidate('dashboard', 'pending');
  return found;
}

/** What first views read. */
const reads = {
  dashboard: { queryKey: keys.dashboard, queryFn: ({ signal }: { signal: AbortSignal }) => api.dashboard(signal) },
  pending: { queryKey: keys.pending, queryFn: ({ signal }: { signal: AbortSignal }) => api.pending(signal) },
  submissions: { queryKey: [...keys.submissions, 'open'], queryFn: () => api.submissions(OPEN_SUBMISSIONS) },
  runs: { queryKey: keys.runs, queryFn: readRuns },
  employees: { queryKey: ['employees'], queryFn: async () => withDistinctNames(await api.employees()) },
  differences: { queryKey: keys.differences, queryFn: () => api.differences() },
};

/** The club's date today; waits for the dashboard if it is not read yet. */
export const readToday = async (): Promise<string> => (await queryClient.ensureQueryData(reads.dashboard)).today;

/** The reads of a page's first view, for which `prefetch.ts` has sent the requests. */
const firstReads: Record<string, (keyof typeof reads)[]> = {
  today: ['dashboard', 'pending', 'submissions', 'runs', 'employees', 'differences'],
  review: ['dashboard', 'pending', 'runs'],
};

/** Reads a page's first view into the cache. The view joins a read that is under way, and repeats one that failed. */
export async function readFirst(page: string) {
  await Promise.all(
    (Object.hasOwn(firstReads, page) ? firstReads[page] : []).map((name) => queryClient.prefetchQuery<unknown>({ ...reads[name] })),
  );
}

export const dashboardQuery = () =>
  createQuery(() => ({
    ...reads.dashboard,
    enabled: session.hasData,
    refetchInterval: MINUTE,
    refetchOnWindowFocus: true,
  }));

export const pendingQuery = (every: () => number = () => MINUTE) =>
  createQuery(() => ({
    ...reads.pending,
    enabled: session.hasData,
    refetchInterval: every(),
    refetchOnWindowFocus: true,
    structuralSharing: false,
  }));

/** Poll interval: short while lines are being sent, long while sending pauses or a line is read back, otherwise the default. */
function pollSubmissions(found: Submissions | undefined): number {
  const lines = found?.items ?? [];
  if (!found?.paused && lines.some((line) => line.status === 'submitting' || line.status === 'approved')) return 3_000;
  return lines.some((line) => line.status === 'approved' || line.status === 'in_doubt') ? 10_000 : MINUTE;
}

/** All lines that are not accepted yet, and the number of those accepted today. */
export const submissionsQuery = (wanted: () => boolean = () => true) =>
  createQuery(() => ({
    ...reads.submissions,
    enabled: wanted(),
    refetchInterval: (query) => pollSubmissions(query.state.data),
    refetchOnWindowFocus: true,
  }));

/** The lines accepted today, page by page. */
export const acceptedQuery = (wanted: () => boolean) =>
  createInfiniteQuery(() => ({
    queryKey: [...keys.submissions, 'accepted'],
    queryFn: ({ pageParam }) => api.submissions({ state: 'api_submitted', cursor: pageParam }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
    enabled: wanted(),
  }));

/** Poll interval of the runs: short where a page says that there is no run or that one is under way. */
export const pollRuns = (waits: boolean) => (waits ? 5_000 : 20_000);

/** The newest runs: a running one, and the results of the last ones. */
export const runsQuery = (waits: () => boolean = () => false) =>
  createQuery(() => ({
    ...reads.runs,
    refetchInterval: pollRuns(waits()),
    refetchOnWindowFocus: true,
  }));

export const employeesQuery = (wanted: () => boolean = () => true) =>
  createQuery(() => ({
    ...reads.employees,
    enabled: !!session.me && wanted(),
    staleTime: 5 * MINUTE,
  }));

/**
 * What is posted on some days. With the `version` of the plan it is read again when that changes, also by other people; what was read
 * before is shown meanwhile.
 */
export const schedulesQuery = (from: () => string, to: () => string, version?: () => number) =>
  createQuery<Schedule[]>(() => ({
    queryKey: ['schedules', from(), to(), version?.()],
    queryFn: () => api.schedules(from(), to()),
    enabled: !!from(),
    staleTime: MINUTE,
    placeholderData: (before, query) => (query?.queryKey[1] === from() && query.queryKey[2] === to() ? before : undefined),
  }));

export const closedQuery = (wanted: () => boolean = () => true) =>
  createQuery(() => ({
    enabled: wanted(),
    queryKey: ['closed'],
    queryFn: async () => {
      const [holidays, locked] = await Promise.all([api.holidays(), api.lockedDays()]);
      return { holidays: holidays.once, yearly: holidays.yearly, locked };
    },
    staleTime: 5 * MINUTE,
  }));

export const settingsQuery = () => createQuery(() => ({ queryKey: ['settings'], queryFn: () => api.settings(), staleTime: MINUTE }));

/** What changed since a run, in a sentence; read again when the plan version changes. */
export const changedQuery = (run: () => { run_id: string; created_at: string } | null | undefined, version: () => number) =>
  createQuery(() => ({
    queryKey: ['changed', run()?.run_id, version()],
    queryFn: async () => {
      const since = run()?.created_at ?? '';
      return changedWords(await api.changes(since), since);
    },
    enabled: !!run(),
    staleTime: Infinity,
    retry: false,
  }));

/** The newest change first. Sorted by time before version, because versions start again if a fact was removed and added again. */
export const newestFirst = (changes: FactChange[]): FactChange[] =>
  changes.toSorted((a, b) => b.at.localeCompare(a.at) || b.version - a.version);

/** The changes of a fact, newest first. */
export const factHistoryQuery = (fact: () => string, wanted: () => boolean = () => true) =>
  createQuery(() => ({
    queryKey: ['fact', fact()],
    queryFn: async () => newestFirst(await api.factHistory(fact())),
    enabled: wanted(),
    staleTime: 0,
  }));

/** Poll interval of a refresh, which takes seconds. */
const REFRESH_EVERY_MS = 700;

/** A refresh with its report; polled while it is running. */
export const refreshQuery = (id: () => string | null) =>
  createQuery(() => ({
    queryKey: [...keys.refreshes, id()],
    queryFn: () => api.refresh(id() ?? ''),
    enabled: !!id(),
    staleTime: 0,
    refetchInterval: (query) => (['queued', 'running'].includes(query.state.data?.status ?? '') ? REFRESH_EVERY_MS : false),
    refetchIntervalInBackground: true,
  }));

/** The refreshes of the last two days, newest first. */
export const refreshesQuery = (wanted: () => boolean = () => true) =>
  createQuery(() => ({
    queryKey: keys.refreshes,
    queryFn: () => api.refreshes(),
    enabled: !!session.me && wanted(),
    staleTime: MINUTE,
    refetchInterval: MINUTE,
  }));

export const differencesQuery = (wanted: () => boolean = () => true) =>
  createQuery(() => ({
    ...reads.differences,
    enabled: !!session.me && wanted(),
    staleTime: MINUTE,
    refetchOnWindowFocus: true,
  }));

/** Poll interval of a draft: short while its effect is computed or it is being confirmed, none once it is decided. */
function pollDraft(status: DraftStatus | undefined): number | false {
  if (status === 'preparing' || status === 'confirming') return 1_000;
  return status === 'open' || status === 'failed' ? 10_000 : false;
}

export const draftQuery = (id: () => string) =>
  createQuery(() => ({
    queryKey: [...keys.drafts, id()],
    queryFn: () => api.draft(id()),
    enabled: !!id(),
    staleTime: 0,
    refetchInterval: (query) => pollDraft(query.state.data?.status),
    refetchOnWindowFocus: true,
  }));

/** The undecided drafts, oldest first. */
export const draftsQuery = (wanted: () => boolean) =>
  createQuery(() => ({ queryKey: keys.drafts, queryFn: () => api.drafts(), enabled: wanted(), staleTime: 0, refetchInterval: 10_000 }));

export const fairnessQuery = () => createQuery(() => ({ queryKey: keys.fairness, queryFn: () => api.fairness(), staleTime: MINUTE }));

export const analyticsQuery = (from: () => string, to: () => string, by: NumbersBy) =>
  createQuery(() => ({
    queryKey: [...keys.analytics, from(), to(), by],
    queryFn: () => api.analytics(from(), to(), by),
    enabled: !!from(),
    staleTime: MINUTE,
  }));

/** The outcomes of lines in a range of days. */
export const outcomesQuery = (from: () => string, to: () => string, wanted: () => boolean) =>
  createQuery(() => ({
    queryKey: [...keys.outcomes, from(), to()],
    queryFn: () => api.outcomes(from(), to()),
    enabled: wanted(),
    staleTime: MINUTE,
  }));

export const affinityQuery = () => createQuery(() => ({ queryKey: keys.affinity, queryFn: () => api.affinity(), staleTime: MINUTE }));

export const setupQuery = (wanted: () => boolean = () => true) =>
  createQuery(() => ({ queryKey: keys.setup, queryFn: () => api.setup(), enabled: !!session.me && wanted(), staleTime: 0 }));

/** The findings about a week's posted schedules. If it is not `wanted`, it only shows what another part of the page has read. */
export const validationQuery = (week: () => string, wanted: () => boolean = () => true) =>
  createQuery(() => ({
    queryKey: keys.validation(week()),
    queryFn: () => api.validation(week()),
    enabled: !!week() && wanted(),
    staleTime: MINUTE,
  }));

/** The findings of several weeks together, in the order of the weeks. */
export const findingsQuery = (weeks: () => string[], wanted: () => boolean = () => true) =>
  createQuery(() => ({
    queryKey: ['validation', 'weeks', ...weeks()],
    queryFn: async () => {
      const read = (week: string) =>
        queryClient.fetchQuery({ queryKey: keys.validation(week), queryFn: () => api.validation(week), staleTime: MINUTE });
      // A finding without a day, such as one about the age of the data, is in every week.
      const items = (await Promise.all(weeks().map(read))).flatMap((one) => one.items);
      return uniqueBy(items, (one) => one.id);
    },
    enabled: weeks().length > 0 && wanted(),
    staleTime: MINUTE,
  }));

export const waysOutQuery = (finding: () => string | undefined) =>
  createQuery(() => ({
    queryKey: keys.waysOut(finding() ?? ''),
    queryFn: () => api.waysOut(finding() ?? ''),
    enabled: !!finding(),
    staleTime: MINUTE,
  }));

export const rotationsQuery = () => createQuery(() => ({ queryKey: keys.rotations, queryFn: () => api.rotations(), staleTime: MINUTE }));

export const exceptionsQuery = (from: () => string) =>
  createQuery(() => ({
    queryKey: [...keys.exceptions, from()],
    queryFn: () => api.exceptions(from()),
    enabled: !!from(),
    staleTime: MINUTE,
  }));

/** Reads queries again that the page shows, and the others once they are shown. */
export const invalidate = (...names: FixedKey[]) =>
  Promise.all(names.map((name) => queryClient.invalidateQueries({ queryKey: keys[name] })));

/** Reads what changes when a run begins or ends. */
export async function readAfterRun(): Promise<void> {
  readsAfterRun++;
  await invalidate('dashboard', 'pending', 'runs').finally(() => readsAfterRun--);
}
