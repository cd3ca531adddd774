/** The pages by their names in the address, and the keys that open them. Groups and pages are in the order of the bar. */
import { CalendarDays, ChartLine, House, ListChecks, RefreshCw, Search, Send, Settings, Users, Wrench, type IconNode } from 'lucide';

export interface Entry {
  page: string;
  label: string;
  icon: IconNode;
}

export const groups: { title: string; entries: Entry[] }[] = [
  {
    title: '',
    entries: [
      { page: 'today', label: 'Today', icon: House },
      { page: 'review', label: 'Review', icon: ListChecks },
      { page: 'calendar', label: 'Calendar', icon: CalendarDays },
      { page: 'fix', label: 'Fix', icon: Wrench },
    ],
  },
  {
    title: 'Manage',
    entries: [
      { page: 'events', label: 'Events', icon: Search },
      { page: 'team', label: 'Team', icon: Users },
      { page: 'rotations', label: 'Rotations', icon: RefreshCw },
    ],
  },
  {
    title: 'Check',
    entries: [
      { page: 'submissions', label: 'Submissions', icon: Send },
      { page: 'history', label: 'History', icon: ChartLine },
      { page: 'settings', label: 'Settings', icon: Settings },
    ],
  },
];

export const entries = groups.flatMap((group) => group.entries);

/** Titles of pages that are not in the navigation. */
const TITLES: Record<string, string> = {
  import: 'Load a file',
  compare: 'What if…',
  refresh: 'Refreshes',
  differences: 'Differences',
  drafts: 'Drafts',
  fairness: 'Fairness',
  numbers: 'Numbers',
  setup: 'Set up the club',
};
/** Every page that can be opened without an id. */
export const pagesWithoutId = () => [
  ...entries,
  ...['refresh', 'differences', 'drafts', 'fairness', 'numbers', 'setup', 'import'].map((page) => ({ page, label: TITLES[page] })),
];
export const titleOf = (page: string) => entries.find((entry) => entry.page === page)?.label ?? TITLES[page] ?? '';

/** The words after the number of what waits on a page, for screen readers. */
export const needsWords = (n: number) => (n === 1 ? 'needs you' : 'need you');

const TABS = ['today', 'review', 'calendar', 'rotations'];
export const tabEntries = TABS.map((page) => entries.find((entry) => entry.page === page) as Entry);
export const otherEntries = entries.filter((entry) => !TABS.includes(entry.page));

export const goKeys: Record<string, string> = {
  t: 'today',
  r: 'review',
  c: 'calendar',
  f: 'fix',
  e: 'events',
  p: 'team',
  o: 'rotations',
  s: 'submissions',
  h: 'history',
};
