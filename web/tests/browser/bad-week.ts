/** A club with a bad week: its posted schedules break rules in more than a dozen places, and each can be fixed. */

const SUNDAY = '2026-11-22';
const day = (n: number) => new Date(Date.parse(SUNDAY) + n * 86_400_000).toISOString().slice(0, 10);
const ARRIVALS = ['10:15', '10:15', '10:45', '10:45', '11:15', '11:15', '11:45', '11:45'];

interface Work {
  type?: string;
  /** First and last day of its window, counted from the Sunday; the whole week by default. */
  window?: [number, number];
  number?: number;
  product?: string;
  minutes?: number;
}

let ref = 41_000_000;

function event({ type = 'Core', window = [-3, 9], number, product, minutes = 390 }: Work) {
  ref += 1;
  // The events of a pair share one number; all others have their own.
  const what = `${number ?? 700_000 + (ref % 1000)}-LKD-AF-${product ?? `Treat${ref % 1000}`}`;
  const name = `${what}${number ? '' : ` (25${ref})`} - ${type.toUpperCase()}`;
  const [start, due] = window.map(day);
  return { ref, name, type, start: `${start}T00:00:00`, due: `${due}T00:01:00`, estimated_minutes: minutes, condition: 'Unstaffed' };
}

/** A posted Core with its person, its day (counted from the Sunday) and its block. */
function core(employee_id: string, on: number, block: number, work: Work = {}) {
  return { event: { ...event(work), condition: 'Scheduled' }, employee_id, start: `${day(on)}T${ARRIVALS[block - 1]}:00`, block };
}

const PEOPLE: [string, string, string][] = [
  ['C1', 'Casey Arden', 'Club Supervisor'],
  ['L1', 'Lee Marsh', 'Lead Event Specialist'],
  ['L2', 'Lou Parker', 'Lead Event Specialist'],
  ...['Ada Moss', 'Ben Lind', 'Cleo Hart', 'Dan Frost', 'Eve Stone', 'Finn Wood', 'Gia Lake', 'Hal Reed'].map(
    (name, n): [string, string, string] => [`S${n + 1}`, name, 'Event Specialist'],
  ),
];

/** The club's document; its `today` is the Sunday of the week. */
export function badWeek() {
  ref = 41_000_000;
  const freeosk = { event: { ...event({ type: 'Freeosk', window: [5, 6], minutes: 15 }), condition: 'Scheduled' }, employee_id: 'L2' };
  const posted = [
    // The day's lead; on Saturday in a late block.
    ...[1, 3, 4, 5].map((on) => core('L1', on, 1)),
    core('L1', 6, 5),
    // On a day off.
    core('S1', 1, 2),
    core('S2', 2, 2),
    core('S3', 6, 2),
    // Two on one day.
    core('S3', 3, 2),
    core('S3', 3, 3),
    core('S4', 4, 2),
    core('S4', 4, 3),
    // A day after its window.
    core('S5', 5, 2, { window: [1, 5] }),
    // A Core of the Club Supervisor.
    core('C1', 5, 3),
    // One product twice.
    core('S6', 2, 3, { product: 'Cherry' }),
    core('S7', 2, 4, { product: 'Cherry' }),
    // Against the weekly availability.
    core('S6', 4, 4),
    // A Core whose Supervisor nobody has.
    core('S7', 3, 4, { number: 712_345 }),
    // Without a base event that day.
    { ...freeosk, start: `${day(5)}T10:00:00`, block: null },
  ];
  const off = (employee_id: string, on: number) => ({ employee_id, start: day(on), end: day(on) });
  return {
    club: { id: '8200', name: 'Club 8200', time_zone: 'America/Indiana/Indianapolis', location_id: 160_200 },
    today: SUNDAY,
    settings: {},
    employees: PEOPLE.map(([id, name, job_title], n) => ({ id, name, job_title, active: true, rep_id: 150_101 + n })),
    weekly_availability: [{ employee_id: 'S6', days: { thu: false } }],
    time_off: [off('S1', 1), off('S2', 2), off('S3', 6)],
    rotations: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat'].map((weekday) => ({
      day: weekday,
      rotation: 'primary_lead',
      // The lead of Tuesday has no Core.
      employee_id: weekday === 'tue' ? 'L2' : 'L1',
    })),
    events: [
      event({ window: [-2, 2] }),
      event({ type: 'Supervisor', number: 712_345, minutes: 5 }),
      ...[0, 1, 2].map(() => event({ window: [8, 20] })),
    ],
    posted,
  };
}
