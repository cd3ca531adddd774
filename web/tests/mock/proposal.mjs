// A proposal of about 150 decisions (or more, on demand) over the invented club, always the same.
import { EARLIEST, OPEN, TODAY, employees, isOff, named, person } from './club.mjs';
import { addDays, between, spoken, time } from './calendar.mjs';
import { Plan, total } from './rules.mjs';

const PRODUCTS = ['Cherry Salad', 'Maple Granola', 'Herb Crackers', 'Oat Latte', 'Smoked Gouda', 'Peach Tea', 'Almond Bites', 'Tomato Bisque', 'Lentil Chips', 'Citrus Water', 'Pumpkin Ravioli', 'Cold Brew', 'Rye Pretzels', 'Berry Kefir', 'Honey Ham', 'Turkey Jerky', 'Coconut Bar', 'Garlic Dip', 'Veggie Pizza', 'Pecan Tart', 'Protein Shake', 'Olive Medley', 'Rice Bowls', 'Ginger Ale', 'Salmon Cakes', 'Quinoa Salad', 'Fig Spread', 'Cocoa Mix', 'Apple Cider', 'Bean Burger'];
const MINUTES = { Core: 390, 'Juicer Production': 540, 'Juicer Survey': 15, 'Juicer Deep Clean': 240, Supervisor: 5 };
const RANK = { 'Juicer Production': 1, 'Juicer Survey': 1, 'Juicer Deep Clean': 1, 'Digital Setup': 2, 'Digital Refresh': 3, Freeosk: 4, 'Digital Teardown': 5, Core: 6, Supervisor: 7, Digitals: 8, Other: 9 };
const ENDING = { Core: 'V2-CORE', Supervisor: 'V2-Supervisor', 'Digital Setup': 'Digital Demo Setup', 'Digital Refresh': 'Digital Demo Refresh', 'Digital Teardown': 'Digital Demo Tear Down', Freeosk: 'Freeosk' };
const BLOCK = [615, 615, 645, 645, 675, 675, 705, 705];

export function makeProposal({ runId, target = 0 }) {
  const big = target > 200, capacity = big ? 2 : 1;
  let seed = 7, ref = 31900440, number = 619040, product = 0;
  const chance = () => ((seed = (seed * 1664525 + 1013904223) >>> 0) / 4294967296);
  const plan = new Plan([], capacity), lines = [], posted = [], cores = new Map();

  const event = (type, title, start, due, pair) => ({ ref: ++ref, type, title, start, due, minutes: MINUTES[type] ?? 15, number: pair ? number : ++number, pair: null });
  const name = (e) => (e.type.startsWith('Juicer') ? `8HR-ES1-${e.title}-SPCLTY (251208${e.ref})` : `${e.number}-LKD-AF-${e.title} (251208${e.number}) - ${ENDING[e.type] ?? e.type}`);
  const take = (e, who, day) => plan.add({ ref: e.ref, type: e.type, title: e.title, who, day, minutes: e.minutes });
  const facts = (e) => ({ event_ref_num: e.ref, project_name: name(e), event_type: e.type, estimated_minutes: e.minutes, start_date: `${e.start}T00:00:00`, due_date: `${e.due}T00:01:00` });
  const stand = (e, who, day, at, block = null) => {
    take(e, who, day);
    posted.push({ ...facts(e), employee_id: who, employee_name: person(who).name, schedule_datetime: `${day}T${time(at)}`, block, scheduled_event_id: 55000000 + e.ref % 100000 });
  };
  const propose = (e, who, day, at, more = {}) => {
    if (who) take(e, who, day);
    const line = {
      id: `${runId}.${e.ref}`, run_id: runId, kind: who ? 'new' : 'not_placed', ...facts(e),
      employee_id: who, employee_name: who ? person(who).name : null, schedule_datetime: who ? `${day}T${time(at)}` : null, block: null,
      status: 'proposed', version: 1, held: false, original: null, is_swap: false, from: null, bumped_event_ref_num: null, swap_reason: null,
      failure_reason: null, flags: [], why: null, runner_up: null, reason: null, pair: null, depends_on: [],
      api_error_details: null, api_submitted_at: null, scheduled_event_id: null, attempts: [], next_attempt_at: null, ...more,
    };
    lines.push(line);
    return line;
  };
  const legal = (e, who, day) => plan.check(e, who, day).length === 0;
  const couple = (a, b) => { a.pair = b.event_ref_num; b.pair = a.event_ref_num; b.depends_on = [a.event_ref_num]; };

  // What is on the floor today.
  [['E10', 615], ['E11', 615], ['E13', 645], ['E15', 645], ['E09', 675], ['E02', 705]].forEach(([who, at], i) => {
    const e = event('Core', PRODUCTS[(i * 5 + 11) % 30], addDays(TODAY, -2), addDays(TODAY, 3));
    stand(e, who, TODAY, at, i + 1);
  });
  stand(event('Juicer Production', 'Juicer Production', TODAY, addDays(TODAY, 1)), 'E06', TODAY, 540);
  stand(event('Juicer Survey', 'Juicer Survey', TODAY, addDays(TODAY, 1)), 'E06', TODAY, 1020);
  stand(event('Freeosk', 'Freeosk refresh', TODAY, addDays(TODAY, 1)), 'E02', TODAY, 600);
  stand(event('Supervisor', 'Peach Tea', TODAY, addDays(TODAY, 1)), 'E01', TODAY, 720);
  stand(event('Digital Teardown', 'Old reel', TODAY, addDays(TODAY, 1)), 'E01', TODAY, 1020);

  for (const day of OPEN) {
    const i = OPEN.indexOf(day);
    const deep = i % 7 === 4;
    const juicer = event(deep ? 'Juicer Deep Clean' : 'Juicer Production', deep ? 'Juice bar deep clean' : 'Juicer Production', deep ? addDays(day, -2) : day, deep ? addDays(day, 5) : addDays(day, 1));
    const barista = [...named('juicer', day), 'E15', 'E03', 'E01'].find((who) => legal(juicer, who, day));
    if (barista) {
      const production = propose(juicer, barista, day, 540);
      if (!deep) couple(production, propose(event('Juicer Survey', 'Juicer Survey', day, addDays(day, 1)), barista, day, 1020));
    }
    const want = big ? 13 : [5, 6, 5, 7, 6, 4, 6, 7][i % 8];
    const lead = named('primary_lead', day).find((who) => !isOff(person(who), day) && legal({ ref: 0, type: 'Core', title: '', start: day, due: addDays(day, 1), minutes: 390 }, who, day));
    const rest = [...employees].sort((a, b) => (cores.get(a.id) ?? 0) - (cores.get(b.id) ?? 0) + (a.job_title === 'Club Supervisor' ? 9 : 0) - (b.job_title === 'Club Supervisor' ? 9 : 0) || (chance() < 0.5 ? -1 : 1));
    let placed = 0;
    for (const e of lead ? [person(lead), ...rest.filter((x) => x.id !== lead)] : rest) {
      if (placed >= want) break;
      const core = event('Core', PRODUCTS[product % 30], addDays(day, -Math.floor(chance() * 5)), addDays(day, 2 + Math.floor(chance() * 8)));
      if (!legal(core, e.id, day)) { ref--; number--; continue; }
      const block = (placed % 8) + 1, at = BLOCK[block - 1];
      product++;
      cores.set(e.id, (cores.get(e.id) ?? 0) + 1);
      const supervisor = { ...event('Supervisor', core.title, core.start, core.due, true), number: core.number };
      const watch = day.endsWith('29') || isOff(person('E01'), day) ? (lead ?? 'E02') : 'E01';
      if (!big && day <= '2026-12-03' && placed % 3 === 2) {
        stand(core, e.id, day, at, block);
        stand(supervisor, watch, day, 720);
      } else {
        couple(propose(core, e.id, day, at, { block }), propose(supervisor, watch, day, 720));
      }
      placed++;
    }
    if (!lead) continue;
    const base = lines.find((l) => l.employee_id === lead && l.event_type === 'Core' && l.schedule_datetime.startsWith(day));
    const support = [['Freeosk', 'Freeosk refresh', 600], ['Digital Refresh', 'Endcap screens', 615]];
    if (i % 4 === 1) support.push(['Digital Setup', 'Winter reel', 630]);
    if (i % 5 === 2) support.push(['Digital Teardown', 'Harvest reel', 1020]);
    if (big) for (let q = 0; q < 12; q++) support.push([q % 4 ? 'Digitals' : 'Digital Setup', `Aisle screen ${q + 1}`, 645 + 15 * q]);
    for (const [type, title, at] of support) {
      const e = event(type, title, day, addDays(day, 1));
      if (legal(e, lead, day) || base) propose(e, lead, day, at, { depends_on: base ? [base.event_ref_num] : [] });
    }
  }

  // Moves of what is posted, and one place that a move frees.
  const fresh = lines.filter((l) => l.event_type === 'Core' && l.kind === 'new');
  [9, 17, 26, 40, 51].forEach((at, n) => {
    const line = fresh[at];
    if (!line) return;
    const day = line.schedule_datetime.slice(0, 10);
    const other = employees[(at + 3) % 16].id === line.employee_id ? employees[(at + 4) % 16] : employees[(at + 3) % 16];
    const place = n % 2 ? { employee_id: other.id, employee_name: other.name, schedule_datetime: line.schedule_datetime, block: line.block }
      : { employee_id: line.employee_id, employee_name: line.employee_name, schedule_datetime: `${addDays(day, n === 0 ? 1 : -1)}T${time(645)}`, block: 3 };
    Object.assign(line, { kind: 'moved', is_swap: true, from: place, flags: ['moves_posted'], swap_reason: 'frees the place for a line that is due sooner' });
    const follower = fresh.find((l) => l.employee_id === line.employee_id && l.schedule_datetime.slice(0, 10) > day && l.kind === 'new');
    if (n === 0 && follower) follower.depends_on = [line.event_ref_num];
  });
  const odd = fresh.findLast((l) => l.kind === 'new' && l.block > 3 && !isOff(person('E01'), l.schedule_datetime.slice(0, 10)));
  if (odd) Object.assign(odd, { employee_id: 'E01', employee_name: person('E01').name, flags: ['unusual_role'] });
  const eventOf = (l) => ({ ref: l.event_ref_num, type: l.event_type, title: l.project_name, start: l.start_date.slice(0, 10), due: l.due_date.slice(0, 10), minutes: l.estimated_minutes, pair: l.pair });
  for (const line of lines) {
    const day = line.schedule_datetime.slice(0, 10), soon = Math.max(0, 21 - between(TODAY, line.due_date.slice(0, 10)));
    const [juicer] = named('juicer', day);
    if (line.event_type === 'Juicer Production' && line.employee_id !== juicer) line.flags.push(isOff(person(juicer), day) ? 'rotation_away' : 'unusual_role');
    line.why = { scheduled: 1000, urgency: 10 * soon, type_rank: 5 * (10 - RANK[line.event_type]), ...plan.worth(eventOf(line), line.employee_id, day, line.from) };
    const next = employees.find((e) => e.id !== line.employee_id && legal(eventOf(line), e.id, day));
    if (next && line.event_type !== 'Supervisor') {
      const lost = Math.max(1, total(plan.worth(eventOf(line), line.employee_id, day)) - total(plan.worth(eventOf(line), next.id, day)));
      line.runner_up = { employee_id: next.id, employee_name: next.name, date: day, points_lost: lost, terms: { affinity: -lost } };
    }
  }
  const miss = (type, title, start, due, code, text, rules) => propose(event(type, title, start, due), null, start, 0, { flags: ['not_placed'], failure_reason: { code, text, rules }, reason: { code, text, rules } });
  miss('Digital Setup', 'Snack wall', '2026-11-26', '2026-11-27', 'no_valid_day', `no valid day: ${spoken(EARLIEST)} is a holiday`, ['H1']);
  miss('Core', 'Spiced Pears', '2026-11-26', '2026-11-28', 'rule_broken', 'every one of 6 places left breaks a rule; the least bad, Hank Bellamy on Fri 27 Nov: Hank already has a Core that day: Peach Tea', ['H3', 'H6']);
  miss('Core', 'Walnut Loaf', '2026-11-28', '2026-12-01', 'lowers_score', 'Core with Marlow Pike on Mon 30 Nov would lower the score by 14: +1000 scheduled, -400 supervisor misuse, -200 bump', ['S5', 'S12']);
  miss('Core', 'Vanilla Skyr', '2026-12-05', '2026-12-06', 'no_valid_day', 'no valid day: Sat 5 Dec is locked', ['H1']);
  miss('Juicer Deep Clean', 'Juice bar deep clean', '2026-12-11', '2026-12-14', 'rule_broken', 'every one of 9 places left breaks a rule; the least bad, Fern Okafor on Sun 13 Dec: Juicer Production is already on that day', ['H7']);
  miss('Digital Teardown', 'Holiday reel', '2026-12-13', '2026-12-14', 'nobody_available', 'nobody who may work Digital Teardown is available on its only valid day, Sun 13 Dec: Marlow is off on Sun 13 Dec', ['H2', 'H12']);
  const terms = { fairness: -15, day_balance: -60, duplicate_product: -75 };
  for (const line of lines) for (const [key, points] of Object.entries(line.why ?? {})) terms[key] = (terms[key] ?? 0) + points;
  const score = total(terms);
  return { lines, posted, plan, capacity, terms, score, bound: score + 38 };
}
