/** The steps of setting up a club, in words, and the choice of a time zone. */
import type { Setup, SetupStep } from './api-types';

interface StepWords {
  title: string;
  /** The pages on which the step is done, if it is not done on the page of the setup. */
  links: { text: string; href: string }[];
  /** The purpose of the step. */
  text: string;
}

export const stepWords: Record<SetupStep['step'], StepWords> = {
  club: { title: 'Name the club', text: 'Its name and time zone. Every time that you see is in this zone.', links: [] },
  crossmark: { title: 'Read Crossmark', text: "The first read shows whether Muster's login and the club's location are right.", links: [] },
  people: {
    title: 'Take people over',
    text: 'From Crossmark, with the title that each of them has here.',
    links: [
      { text: 'Team', href: '#/team' },
      { text: 'From a file', href: '#/import?kind=employees' },
    ],
  },
  titles: {
    title: 'Say who leads and who juices',
    text: 'Leads and the Club Supervisor lead a day; the Club Supervisor, Juicer Baristas and whoever is trained work the juice bar.',
    links: [{ text: 'Team', href: '#/team' }],
  },
  availability: {
    title: 'Say when each of them works',
    text: 'The usual week of each person. A person without one counts as free.',
    links: [
      { text: 'Team', href: '#/team' },
      { text: 'From a file', href: '#/import?kind=availability' },
    ],
  },
  rotations: {
    title: 'Fill the rotations',
    text: 'The juicer and the primary lead of each weekday.',
    links: [{ text: 'Rotations', href: '#/rotations' }],
  },
  holidays: {
    title: 'Name the holidays',
    text: 'Days on which nothing is planned.',
    links: [{ text: 'Closed days', href: '#/settings?part=closed' }],
  },
  events: {
    title: 'Have something to plan',
    text: 'Events come from Crossmark, or from a file.',
    links: [
      { text: 'Events', href: '#/events' },
      { text: 'From a file', href: '#/import?kind=visits' },
    ],
  },
  first_proposal: { title: 'Make the first proposal', text: 'Nothing is sent before you have looked at it and approved it.', links: [] },
};

/** Sentences that name what a first run still lacks. */
export const missingNeeded = ({ steps }: Setup): string[] => [
  ...new Set(steps.filter((step) => step.needed && !step.done && step.step !== 'first_proposal').flatMap((step) => step.missing)),
];

/** The first step that is not done; null if all are done. */
export const nextStep = ({ steps }: Setup): SetupStep['step'] | null => steps.find((step) => !step.done)?.step ?? null;

export function stepStatus({ done, needed }: SetupStep): { text: string; tone: '' | 'ok' | 'warn' } {
  if (done) return { text: 'Done', tone: 'ok' };
  return needed ? { text: 'Needed', tone: 'warn' } : { text: 'Can wait', tone: '' };
}

/** The zones that have all the words in their names, this browser's first. */
export function zonesWith(words: string, zones: string[], own: string): string[] {
  const wanted = words
    .toLowerCase()
    .replaceAll('_', ' ')
    .split(/[\s/]+/)
    .filter(Boolean);
  const isFound = (zone: string) => {
    const name = zone.toLowerCase().replaceAll('_', ' ');
    return wanted.every((word) => name.includes(word));
  };
  const found = zones.filter((zone) => zone !== own && isFound(zone));
  return own && isFound(own) ? [own, ...found] : found;
}
