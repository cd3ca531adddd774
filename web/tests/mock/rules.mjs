// Enough of the rulebook to answer like the server; plain loops over the plan.
import { HOLIDAYS, LOCKED, employees, isOff, named, person } from './club.mjs';
import { between, spoken, weekOf } from './calendar.mjs';

const JUICER = ['Juicer Production', 'Juicer Deep Clean'];
const SUPPORT = ['Freeosk', 'Digitals', 'Digital Setup', 'Digital Refresh', 'Digital Teardown', 'Supervisor'];
const BASE = ['Core', ...JUICER];
const first = (name) => name.split(' ')[0];

function mayWork(e, type) {
  if (type === 'Core') return true;
  if (type.startsWith('Juicer')) return e.juicer_trained || e.job_title === 'Juicer Barista' || e.job_title === 'Club Supervisor';
  return e.job_title === 'Lead Event Specialist' || e.job_title === 'Club Supervisor';
}

/** Slots `{ref, type, title, who, day, minutes}` by person and day, person and week, and day. */
export class Plan {
  constructor(slots, capacity = 1) {
    this.capacity = capacity;
    this.days = new Map();
    this.weeks = new Map();
    this.all = new Map();
    for (const slot of slots) this.add(slot);
  }

  add(slot) {
    for (const [map, key] of [[this.days, slot.who + slot.day], [this.weeks, slot.who + weekOf(slot.day)], [this.all, slot.day]]) {
      if (map.has(key)) map.get(key).push(slot);
      else map.set(key, [slot]);
    }
  }

  check(event, who, day) {
    const e = person(who), me = first(e.name), type = event.type, found = [];
    const say = (rule, text) => found.push({ rule, text });
    const others = (slots) => (slots ?? []).filter((s) => s.ref !== event.ref && s.ref !== event.pair);
    const mine = others(this.days.get(who + day)), week = others(this.weeks.get(who + weekOf(day))), all = others(this.all.get(day));
    if (HOLIDAYS.includes(day)) say('H1', `${spoken(day)} is a company holiday`);
    if (LOCKED.includes(day)) say('H1', `${spoken(day)} is locked`);
    if (day < event.start || day >= event.due) say('H1', `Must be worked ${spoken(event.start)} or later and before ${spoken(event.due)}`);
    if (!mayWork(e, type)) say('H2', type.startsWith('Juicer') ? `${me} is not juicer trained` : 'Needs a Lead or a Club Supervisor');
    if (isOff(e, day)) say('H2', `${me} is off on ${spoken(day)}`);
    const core = mine.find((s) => s.type === 'Core');
    if (type === 'Core') {
      if (core) say('H3', `${me} already has a Core that day: ${core.title}`);
      if (week.filter((s) => s.type === 'Core').length >= 6) say('H4', 'Would be a 7th Core that week');
      if (mine.some((s) => JUICER.includes(s.type))) say('H6', `${me} has the juicer that day`);
      if (all.filter((s) => s.type === 'Core').length >= 8 * this.capacity) say('H14', `All ${8 * this.capacity} shift blocks are taken that day`);
    }
    if (JUICER.includes(type)) {
      if (mine.some((s) => JUICER.includes(s.type))) say('H5', `${me} already has a juicer shift that day`);
      if (core) say('H6', `${me} has a Core that day: ${core.title}`);
      const other = all.find((s) => JUICER.includes(s.type) && s.type !== type);
      if (other) say('H7', `${other.type} is already on that day`);
    }
    const total = week.reduce((sum, s) => sum + s.minutes, 0) + event.minutes;
    if (total > 2400) say('H8', `Would reach ${(total / 60).toFixed(1)} h that week (limit 40 h)`);
    if (new Set([...week.map((s) => s.day), day]).size > 6) say('H9', 'Would be a 7th day that week');
    if (SUPPORT.includes(type) && e.job_title !== 'Club Supervisor' && !mine.some((s) => BASE.includes(s.type))) say('H12', `${me} has no main shift that day`);
    return found;
  }

  /** Points that depend on person and day. */
  worth(event, who, day, from) {
    const e = person(who), [lead, leadBackup] = named('primary_lead', day), [juicer, juicerBackup] = named('juicer', day), terms = {};
    const add = (name, points) => { if (points) terms[name] = (terms[name] ?? 0) + points; };
    if (event.type === 'Juicer Production') add('rotation', who === juicer ? 50 : who === juicerBackup ? 25 : 0);
    if (event.type === 'Core') {
      add('rotation', who === lead ? 50 : who === leadBackup ? 25 : 0);
      add('lead_block_1', who === lead ? 25 : 0);
      add('supervisor_misuse', e.job_title === 'Club Supervisor' ? -200 : 0);
      add('affinity', (event.ref * 7 + Number(who.slice(1)) * 13) % 9);
    }
    if (event.type === 'Freeosk' || event.type === 'Digital Refresh') add('lead_daily', who === lead ? 20 : 0);
    add('earliness', -Math.max(0, between(event.start, day)));
    if (from && (from.employee_id !== who || from.schedule_datetime.slice(0, 10) !== day)) add('bump', -200);
    return terms;
  }
}

export const total = (terms) => Object.values(terms).reduce((a, b) => a + b, 0);
export const everybody = employees;
