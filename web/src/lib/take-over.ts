/** People whom Crossmark lists and who are not in the team, or are in the team as inactive people. */
import type { Employee, EmployeeRequest, UnknownPerson } from './api-types';

export type JobTitle = Employee['job_title'];
export const JOB_TITLES: JobTitle[] = ['Event Specialist', 'Lead Event Specialist', 'Club Supervisor', 'Juicer Barista'];

export interface Candidate {
  /** Their current or future id here. */
  id: string;
  rep: number;
  name: string;
  /** 0 for somebody new. */
  version: number;
  group: 'scheduled' | 'listed' | 'nameless';
}

export const groupWords: Record<Candidate['group'], { title: string; text: string }> = {
  scheduled: { title: 'Scheduled at Crossmark', text: 'They came with their schedules, and do not count as working here yet.' },
  listed: { title: 'Listed at Crossmark', text: 'They are not in the team yet.' },
  nameless: { title: 'Without a name at Crossmark', text: 'Give each a name to take them over.' },
};
const ORDER: Candidate['group'][] = ['scheduled', 'listed', 'nameless'];

/** The format of an id. */
const ID = /^[A-Za-z0-9_-]{1,64}$/;

/** The id, with a number after it if it is taken. */
function freeId(id: string, taken: Set<string>): string {
  let free = id;
  for (let n = 2; taken.has(free); n++) free = `${id}-${n}`;
  return free;
}

/** The people who can be taken over, by group and name. Their ids differ from each other's and from those of the team. */
export function candidatesOf(unknown: UnknownPerson[], people: Employee[]): Candidate[] {
  const reps = new Set(people.map((one) => one.rep_id));
  const taken = new Set(people.map((one) => one.id));
  const waiting = people.filter((one) => !one.active && !one.termination_date && one.rep_id != null && one.version === 1);
  const waitingCandidates = waiting.map(({ id, rep_id, name, own_name = name, version }): Candidate => ({
    id,
    rep: rep_id ?? 0,
    name: own_name,
    version,
    group: 'scheduled',
  }));
  const fresh = unknown
    .filter((one) => !reps.has(one.rep_id) && !!reps.add(one.rep_id))
    .map((one): Candidate => {
      const wanted = one.employee_id?.trim() ?? '';
      const id = ID.test(wanted) && !taken.has(wanted) ? wanted : freeId(`REP${one.rep_id}`, taken);
      taken.add(id);
      return { id, rep: one.rep_id, name: one.name, version: 0, group: one.name ? 'listed' : 'nameless' };
    });
  return [...waitingCandidates, ...fresh].sort(
    (a, b) => ORDER.indexOf(a.group) - ORDER.indexOf(b.group) || a.name.localeCompare(b.name) || a.rep - b.rep,
  );
}

export const grouped = (of: Candidate[]): { group: Candidate['group']; of: Candidate[] }[] =>
  ORDER.map((group) => ({ group, of: of.filter((one) => one.group === group) })).filter((one) => one.of.length > 0);

/** The choices for a person before they are saved. */
export interface Choice {
  take: boolean;
  name: string;
  job_title: JobTitle;
  juicer_trained: boolean;
}

export const choiceOf = (one: Candidate): Choice => ({
  take: one.group !== 'nameless',
  name: one.name,
  job_title: 'Event Specialist',
  juicer_trained: false,
});

export const requestOf = ({ rep, version }: Candidate, { name, job_title, juicer_trained }: Choice): EmployeeRequest => ({
  name: name.trim(),
  job_title,
  juicer_trained,
  active: true,
  termination_date: null,
  rep_id: rep,
  version,
  why: 'taken over from Crossmark',
});
