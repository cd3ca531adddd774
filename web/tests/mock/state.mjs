// The state of the test server, and how lines go to Crossmark in it.
import { OPEN, TODAY, employees, exceptions, named, person, rotations } from './club.mjs';
import { minutes, time } from './calendar.mjs';
import { makeProposal } from './proposal.mjs';
import { Plan, total } from './rules.mjs';

const BEGIN = Date.parse('2026-11-23T12:42:00Z');
const BLOCK = [615, 615, 645, 645, 675, 675, 705, 705];

export class State {
  constructor(options = {}) {
    this.options = { n: 0, recallMs: 10_000, stepMs: 120, ...options };
    this.started = Date.now();
    this.planVersion = 418;
    this.stamp = 1;
    this.runs = [];
    this.trouble = null;
    this.openRun = null;
    this.rotations = rotations();
    this.exceptions = exceptions();
    this.older = [];
    this.role = this.options.role ?? 'manager';
    this.propose('run-418', '2026-11-23T10:04:00Z', 21);
    if (options.scenario === 'empty') this.clear();
    if (options.scenario === 'crashed') this.trouble = { ...this.summary, run_id: 'run-417', status: 'crashed', status_since: '2026-11-23T10:30:00.000Z', error: 'its solver was lost' };
    if (options.scenario === 'running') this.startRun(60_000);
    if (options.scenario === 'stale') this.planVersion++;
    this.seedSubmissions();
    this.replies = new Map();
  }

  now() {
    return new Date(BEGIN + (Date.now() - this.started)).toISOString().replace(/\.\d+/, '.000');
  }

  propose(runId, createdAt, seconds) {
    this.proposal = makeProposal({ runId, target: this.options.n });
    this.runId = runId;
    this.proposedVersion = this.planVersion;
    const { lines, terms, score, bound } = this.proposal;
    const of = (...kinds) => lines.filter((l) => kinds.includes(l.kind)).length;
    this.summary = {
      run_id: runId, status: 'completed', run_type: 'automatic', date: TODAY, by: null, emergency: false, created_at: createdAt,
      status_since: new Date(Date.parse(createdAt) + seconds * 1000).toISOString(), phase: null, silent: false, error: null, superseded_by: null, dismissed_by: null, retired_at: null,
      events_scheduled: of('new'), events_requiring_swaps: of('moved', 'dropped'), events_failed: of('not_placed'), total_events_processed: lines.length,
      plan_version: this.planVersion,
    };
    this.quality = {
      stopped_on: 'gap', proven: false, score, bound, gap_points: bound - score, gap_percent: ((bound - score) / bound) * 100, terms,
      failures: { rule_broken: 2, no_valid_day: 2, nobody_available: 1, lowers_score: 1 }, timing_ms: { load: 40, build: 130, solve: seconds * 1000 - 400, extract: 200 },
    };
    this.touched = new Map(lines.map((l) => [l.id, this.stamp]));
  }

  clear() {
    this.proposal.lines = [];
    this.runId = null;
  }

  touch(line) {
    line.version++;
    this.stamp++;
    this.touched.set(line.id, this.stamp);
  }

  line(id) {
    return this.proposal.lines.find((l) => l.id === id) ?? this.older.find((l) => l.id === id);
  }

  get tag() {
    return `${this.planVersion}.${this.stamp}.${this.runId}.${this.openRun ? this.phase().name : ''}`;
  }

  plan() {
    const slots = [...this.proposal.posted, ...this.proposal.lines].filter((l) => l.employee_id)
      .map((l) => ({ ref: l.event_ref_num, type: l.event_type, title: l.project_name, who: l.employee_id, day: l.schedule_datetime.slice(0, 10), minutes: l.estimated_minutes }));
    return new Plan(slots, this.proposal.capacity);
  }

  event(l) {
    return { ref: l.event_ref_num, type: l.event_type, title: l.project_name, start: l.start_date.slice(0, 10), due: l.due_date.slice(0, 10), minutes: l.estimated_minutes, pair: l.pair };
  }

  /** The start that the rulebook gives, near enough. */
  startOn(l, day, plan) {
    if (l.event_type !== 'Core') return { at: l.schedule_datetime ? minutes(l.schedule_datetime) : 630, block: null };
    if (l.schedule_datetime?.startsWith(day) && l.block) return { at: BLOCK[l.block - 1], block: l.block };
    const block = Math.min(8, (plan.all.get(day) ?? []).filter((s) => s.type === 'Core').length + 1);
    return { at: BLOCK[block - 1], block };
  }

  choices(l) {
    const plan = this.plan(), event = this.event(l), here = l.schedule_datetime?.slice(0, 10);
    const now = l.employee_id ? total(plan.worth(event, l.employee_id, here, l.from)) : -1000;
    return OPEN.filter((d) => d >= event.start && d < event.due).map((date) => {
      const people = [], cannot = [];
      for (const e of employees) {
        const found = plan.check(event, e.id, date), who = { employee_id: e.id, employee_name: e.name };
        if (found.length) cannot.push({ ...who, rule: found[0].rule, words: found[0].text });
        else people.push({ ...who, points: total(plan.worth(event, e.id, date, l.from)) - now, is_present: l.employee_id === e.id && here === date });
      }
      people.sort((a, b) => b.points - a.points || a.employee_id.localeCompare(b.employee_id));
      return { date, start: `${date}T${time(this.startOn(l, date, plan).at)}`, people, cannot };
    });
  }

  /** A date alone is given the start of that day. */
  place(l, who, day) {
    const { at: start } = this.startOn(l, day.slice(0, 10), this.plan());
    const at = day.length > 10 ? day : `${day}T${time(start)}`;
    if (!l.original && l.employee_id) l.original = { employee_id: l.employee_id, employee_name: l.employee_name, schedule_datetime: l.schedule_datetime, block: l.block };
    const { block } = this.startOn(l, at.slice(0, 10), this.plan());
    Object.assign(l, { employee_id: who, employee_name: person(who).name, schedule_datetime: at, block, status: 'user_edited' });
    const partner = this.partner(l);
    if (partner && !partner.schedule_datetime?.startsWith(at.slice(0, 10)) && partner.depends_on.includes(l.event_ref_num)) {
      partner.schedule_datetime = at.slice(0, 10) + partner.schedule_datetime.slice(10);
      this.touch(partner);
      this.touch(l);
      return [partner];
    }
    this.touch(l);
    return [];
  }

  revert(l) {
    const first = l.original;
    if (first) Object.assign(l, { ...first, original: null });
    else if (l.kind === 'not_placed') Object.assign(l, { employee_id: null, employee_name: null, schedule_datetime: null, block: null });
    this.touch(l);
  }

  partner(l) {
    return l.pair ? this.proposal.lines.find((x) => x.event_ref_num === l.pair) : undefined;
  }

  /** What a send of these lines takes along or leaves behind. */
  sendable(ids) {
    const open = this.proposal.lines.filter((l) => ['proposed', 'user_edited'].includes(l.status) && l.employee_id);
    const chosen = new Set(open.filter((l) => (ids ? ids.includes(l.id) : true) && !l.held).map((l) => l.event_ref_num));
    const stays = new Set(open.map((l) => l.event_ref_num).filter((ref) => !chosen.has(ref)));
    const heldWith = [];
    for (let more = true; more;) {
      more = false;
      for (const l of open) if (chosen.has(l.event_ref_num) && l.depends_on.some((d) => stays.has(d))) { chosen.delete(l.event_ref_num); stays.add(l.event_ref_num); heldWith.push({ line: l.id, waits_for: `${this.runId}.${l.depends_on.find((d) => stays.has(d))}` }); more = true; }
    }
    return { lines: open.filter((l) => chosen.has(l.event_ref_num)), heldWith };
  }

  approve(ids, dryRun) {
    const { lines, heldWith } = this.sendable(ids);
    const answer = { success: true, approval_id: dryRun ? null : `a-${++this.stamp}`, queued: lines.length, held_with: heldWith, refused: [] };
    if (dryRun) return answer;
    for (const l of lines) { l.before = l.status; l.status = 'approved'; l.approval = answer.approval_id; l.next_attempt_at = this.now(); this.touch(l); }
    this.summary.status = 'approved';
    this.sending = setTimeout(() => this.send(lines), this.options.recallMs);
    return answer;
  }

  recall(id) {
    clearTimeout(this.sending);
    const mine = this.proposal.lines.filter((l) => l.approval === id), late = mine.filter((l) => l.status !== 'approved');
    for (const l of mine.filter((x) => x.status === 'approved')) { l.status = l.before; l.approval = null; l.next_attempt_at = null; this.touch(l); }
    return { success: true, recalled: mine.filter((l) => !late.includes(l)).map((l) => l.id), too_late: late.map((l) => ({ line: l.id, status: l.status })) };
  }

  send(lines) {
    const cores = lines.filter((l) => l.event_type === 'Core');
    let at = 0;
    const step = () => {
      for (const l of lines.filter((x) => x.status === 'submitting')) this.settle(l, cores.indexOf(l));
      for (let i = 0; i < 6 && at < lines.length; i++, at++) {
        lines[at].status = 'submitting';
        lines[at].attempts.push({ step: 'schedule', started_at: this.now(), ended_at: null, outcome: null, words: null });
        this.touch(lines[at]);
      }
      if (lines.some((l) => l.status === 'submitting')) this.sending = setTimeout(step, this.options.stepMs);
    };
    step();
  }

  settle(l, n) {
    const last = l.attempts.at(-1);
    last.ended_at = this.now();
    const base = this.proposal.lines.find((x) => l.depends_on.includes(x.event_ref_num) && x.status === 'api_failed');
    if (base) this.fail(l, 'dependency_failed', 'what it depends on was not accepted', last);
    else if (n === 6 && l.attempts.length === 1) this.fail(l, 'refused', 'the employee is already booked at that time', last);
    else if (n % 21 === 9 && l.attempts.length === 1) {
      Object.assign(last, { outcome: 'unknown', words: 'the answer carried no id' });
      Object.assign(l, { status: 'in_doubt', api_error_details: { cause: null, words: 'the answer carried no id; it is looked up' }, next_attempt_at: this.now() });
      this.touch(l);
    } else this.accept(l, last);
  }

  accept(l, last) {
    Object.assign(last, { outcome: 'done', words: null });
    Object.assign(l, { status: 'api_submitted', api_submitted_at: this.now(), api_error_details: null, next_attempt_at: null, scheduled_event_id: 55100000 + (l.event_ref_num % 100000) });
    this.touch(l);
  }

  fail(l, cause, words, last) {
    if (last) Object.assign(last, { outcome: cause === 'refused' ? 'refused' : 'not_taken', words });
    Object.assign(l, { status: 'api_failed', api_error_details: { cause, words }, next_attempt_at: null });
    this.touch(l);
  }

  retry(l) {
    if (l.status !== 'api_failed') return false;
    Object.assign(l, { status: 'submitting', api_error_details: null });
    l.attempts.push({ step: 'schedule', started_at: this.now(), ended_at: null, outcome: null, words: null });
    this.touch(l);
    setTimeout(() => { const last = l.attempts.at(-1); last.ended_at = this.now(); this.accept(l, last); }, this.options.stepMs * 5);
    return true;
  }

  /** Three older submissions that wait for a person or an answer. */
  seedSubmissions() {
    const sample = makeProposal({ runId: 'run-412' }).lines.filter((l) => l.event_type === 'Core').slice(0, 6);
    const at = (m) => new Date(Date.parse('2026-11-23T12:00:00Z') + m * 60_000).toISOString().replace(/\.\d+/, '.000');
    const tried = (m, outcome, words) => ({ step: 'schedule', started_at: at(m), ended_at: at(m + 0.1), outcome, words });
    const set = (l, i, status, cause, words, attempts) => Object.assign(l, { event_ref_num: 31800100 + i, id: `run-412.${31800100 + i}`, run_id: 'run-412', status, version: 4, pair: null, depends_on: [], schedule_datetime: `2026-11-2${4 + i % 2}T10:15:00`, attempts, api_error_details: words ? { cause, words } : null });
    if (this.options.scenario === 'empty') return;
    this.older = [
      set(sample[0], 0, 'api_failed', 'refused', 'the employee is already booked at that time', [tried(30, 'refused', 'the employee is already booked at that time')]),
      set(sample[1], 1, 'in_doubt', null, 'the answer carried no id; it is looked up', [tried(39, 'unknown', 'the answer carried no id')]),
      set(sample[2], 2, 'api_failed', 'exhausted', 'Crossmark did not answer', [0, 4, 10, 18, 26].map((m) => tried(m, 'not_taken', 'no connection could be made'))),
      set(sample[3], 3, 'approved', null, 'no connection could be made', [tried(41, 'not_taken', 'no connection could be made')]),
      ...sample.slice(4).map((l, i) => Object.assign(set(l, 4 + i, 'api_submitted', null, null, [tried(20 + i, 'done', null)]), { api_submitted_at: at(20 + i), scheduled_event_id: 55100100 + i })),
    ];
    this.older[1].next_attempt_at = at(43);
    this.older[3].next_attempt_at = at(44);
  }

  startRun(lasts = 2500) {
    this.openRun = { run_id: `run-${419 + this.runs.length}`, began: Date.now(), lasts };
    this.runs.push(this.openRun);
    this.stamp++;
    setTimeout(() => {
      if (!this.openRun) return;
      const id = this.openRun.run_id;
      this.openRun = null;
      this.planVersion = Math.max(this.planVersion, this.proposedVersion);
      this.propose(id, this.now(), 2);
      Object.assign(this.summary, { run_type: 'manual', date: null, by: 'developer' });
      this.stamp += 1000;
    }, lasts).unref();
    return this.openRun.run_id;
  }

  phase() {
    const share = this.openRun ? (Date.now() - this.openRun.began) / this.openRun.lasts : 1;
    const name = share < 0.15 ? 'loading' : share < 0.3 ? 'building' : share < 0.85 ? 'solving' : 'writing';
    return { name, since: this.now(), detail: name === 'solving' ? '4,210 rows' : null };
  }

  named(kind, day) {
    return named(kind, day);
  }

  runView(id) {
    if (this.openRun?.run_id === id) {
      const none = { events_scheduled: null, events_requiring_swaps: null, events_failed: null, total_events_processed: null, plan_version: null };
      return { ...this.summary, ...none, run_id: id, run_type: 'manual', date: null, by: 'developer', status: 'running', phase: this.phase(), created_at: this.now(), counts: {}, held: 0, quality: null };
    }
    const counts = {};
    for (const l of this.proposal.lines) counts[l.status] = (counts[l.status] ?? 0) + 1;
    return { ...this.summary, counts, held: this.proposal.lines.filter((l) => l.held).length, quality: this.quality };
  }
}
