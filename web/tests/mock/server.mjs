// A stand-in for the API, for tests and for working on the client alone. Answers as the design's HTTP section says.
import http from 'node:http';
import fs from 'node:fs';
import path from 'node:path';
import { addDays, between } from './calendar.mjs';
import { HOLIDAYS, LOCKED, TODAY, ZONE, employees, isOff, person } from './club.mjs';
import { State } from './state.mjs';

const MIME = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json', '.svg': 'image/svg+xml' };
const POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'";

const WEIGHTS = Object.fromEntries(['affinity', 'bump', 'day_balance', 'duplicate_product', 'earliness', 'fairness', 'lead_block_1', 'lead_daily', 'rotation', 'scheduled', 'supervisor_misuse', 'supervisor_staffing', 'type_rank', 'urgency'].map((name) => [name, { fairness: 2, bump: 0.5 }[name] ?? 1]));

class Refused extends Error {
  constructor(status, code, message, details = null) {
    super(message);
    Object.assign(this, { status, code, details });
  }
}

export function start({ port = 0, dist, options = {} } = {}) {
  let state = new State(options);
  const log = [];

  const routes = [
    ['GET', /^\/me$/, () => ({ who: 'developer', clubs: [{ club_id: '8135', role: state.role }] })],
    ['GET', /^\/dashboard$/, () => dashboard(state), true],
    ['GET', /^\/auto-schedule\/pending$/, () => pending(state), true],
    ['GET', /^\/auto-schedule\/status\/([^/]+)$/, ({ params, query }) => {
      const since = query.get('since'), view = state.runView(params[0]), seen = since === 'all' ? 0 : Number(since);
      const lines = since === null ? null : state.proposal.lines.filter((l) => state.touched.get(l.id) > seen).map(brief);
      return { ...view, lines, cursor: String(state.stamp), time_zone: ZONE };
    }, true],
    ['POST', /^\/auto-schedule\/run$/, () => {
      if (state.openRun) throw new Refused(409, 'RUN_OPEN', 'a run is open already', { run_id: state.openRun.run_id });
      state.trouble = null;
      return [202, { success: true, run_id: state.startRun() }];
    }],
    ['DELETE', /^\/auto-schedule\/run\/([^/]+)$/, () => { state.openRun = null; state.stamp++; return { success: true }; }],
    ['POST', /^\/auto-schedule\/dismiss-crash$/, () => { state.trouble = null; state.stamp++; return { success: true }; }],
    ['GET', /^\/pending-schedule\/([^/]+)$/, ({ params }) => ({ ...find(state, params[0]), time_zone: ZONE, trail: [], overridden: null })],
    ['PUT', /^\/pending-schedule\/([^/]+)$/, ({ params, body }) => edit(state, params[0], body)],
    ['POST', /^\/auto-schedule\/check$/, ({ body }) => check(state, body)],
    ['POST', /^\/auto-schedule\/approve$/, ({ body }) => {
      if (body.run_id !== state.runId) throw new Refused(409, 'PROPOSAL_SUPERSEDED', `a newer proposal took the place of this one: run ${state.runId}`, { run_id: state.runId });
      return [202, state.approve(body.lines, body.dry_run)];
    }],
    ['POST', /^\/auto-schedule\/recall$/, ({ body }) => state.recall(body.approval_id)],
    ['POST', /^\/auto-schedule\/reject$/, () => { state.summary.status = 'rejected'; state.clear(); state.stamp++; return { success: true, rejected: [], too_late: [] }; }],
    ['GET', /^\/submissions$/, ({ query }) => submissions(state, query), true],
    ['POST', /^\/auto-schedule\/retry$/, ({ body }) => {
      const failed = chosen(state, body);
      failed.forEach((l) => state.retry(l));
      return [202, { success: true, retried: failed.map((l) => l.id), refused: [], not_failed: [] }];
    }],
    ['POST', /^\/auto-schedule\/drop$/, ({ body }) => {
      const failed = chosen(state, body);
      for (const l of failed) { l.status = 'rejected'; state.touch(l); }
      return { success: true, dropped: failed.map((l) => l.id), refused: [], not_failed: [] };
    }],
    ['POST', /^\/auto-schedule\/done-by-hand\/([^/]+)$/, ({ params }) => { const l = find(state, params[0]); l.status = 'api_submitted'; l.api_submitted_at = state.now(); state.touch(l); return { success: true, done_by_hand: [l.id], refused: [], not_failed: [] }; }],
    ['GET', /^\/auto-schedule\/history\/compare$/, ({ query }) => compare(state, query.get('a'), query.get('b'))],
    ['GET', /^\/auto-schedule\/history$/, ({ query }) => history(state, Number(query.get('limit') ?? 50)), true],
    ['GET', /^\/rotations$/, () => state.rotations],
    ['POST', /^\/rotations$/, ({ body }) => saveRotations(state, body)],
    ['GET', /^\/rotation-exception$/, ({ query }) => ({ items: state.exceptions.filter((x) => x.date >= (query.get('from') ?? '')).sort((a, b) => a.date.localeCompare(b.date)).map((x) => ({ ...x, exception_id: `${x.date}.${x.rotation_type}`, employee_name: person(x.employee_id).name, version: 1 })), next: null, time_zone: ZONE })],
    ['POST', /^\/rotation-exception$/, ({ body }) => {
      state.exceptions = [...state.exceptions.filter((x) => x.date !== body.date || x.rotation_type !== body.rotation_type), { date: body.date, rotation_type: body.rotation_type, employee_id: body.employee_id, reason: body.reason }];
      return { success: true, exception_id: `${body.date}.${body.rotation_type}`, version: 1, replaces: null };
    }],
    ['DELETE', /^\/rotation-exception\/([^/]+)\/([^/]+)$/, ({ params }) => { state.exceptions = state.exceptions.filter((x) => x.date !== params[0] || x.rotation_type !== params[1]); return { success: true }; }],
    ['GET', /^\/employees$/, () => ({ items: employees, next: null, total: employees.length })],
    ['GET', /^\/schedules$/, ({ query }) => ({ items: state.proposal.posted.filter((p) => p.schedule_datetime.slice(0, 10) >= query.get('from') && p.schedule_datetime.slice(0, 10) <= query.get('to')), next: null, time_zone: ZONE })],
    ['GET', /^\/events$/, ({ query }) => events(state, query)],
    ['GET', /^\/settings$/, () => ({ club: { id: '8135', name: 'Club 8135', location_id: 160001 }, time_zone: ZONE, version: 1, buffer_days: 3, horizon_days: 21, block_capacity: 1, weights: WEIGHTS, fixed_day_types: null, programme_codes: null, run_hour: 5, time_limit_s: 45, gap_points: 50, retention_days: 21, settle_s: 60 })],
    ['GET', /^\/holidays$/, () => ({ items: HOLIDAYS.map((date) => ({ date, version: 1 })), next: null })],
    ['GET', /^\/locked-days$/, () => ({ items: LOCKED.map((date) => ({ date, version: 1 })), next: null })],
  ];

  const control = {
    '/_mock/reset': (body) => { clearTimeout(state.sending); state = new State({ ...options, ...body }); },
    '/_mock/stale': () => { state.planVersion++; state.stamp++; },
    '/_mock/other': (body) => { const l = state.proposal.lines.find((x) => x.employee_id && x.event_type === 'Core' && x.status === 'proposed'); l.held = body.held ?? !l.held; state.touch(l); },
    '/_mock/newer': () => { state.propose(`run-${430 + state.stamp}`, state.now(), 2); state.stamp += 1000; },
  };

  async function answer(request, response) {
    const url = new URL(request.url, 'http://mock');
    if (!url.pathname.startsWith('/api/') && !url.pathname.startsWith('/_mock/')) return file(dist, url.pathname, response);
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const body = text ? JSON.parse(text) : {};
    if (control[url.pathname]) { control[url.pathname](body); return json(response, 200, { ok: true }); }
    log.push(`${request.method} ${url.pathname}`);
    try {
      const place = url.pathname.slice(4);
      for (const [method, pattern, handle, tagged] of routes) {
        const match = pattern.exec(place);
        if (!match || method !== request.method) continue;
        if (method !== 'GET' && state.role === 'viewer' && !place.endsWith('/check')) throw new Refused(403, 'FORBIDDEN', 'this needs the role manager; yours in club 8135 is viewer', { needs: 'manager', has: 'viewer' });
        const etag = `W/"${state.tag}${url.search}"`;
        if (tagged && request.headers['if-none-match'] === etag) { response.writeHead(304, { etag }); return response.end(); }
        const made = handle({ params: match.slice(1).map(decodeURIComponent), query: url.searchParams, body });
        const [status, found] = Array.isArray(made) ? made : [200, made];
        return json(response, status, found, tagged ? { etag } : {});
      }
      throw new Refused(404, 'NO_SUCH_ROUTE', 'there is nothing at this address');
    } catch (error) {
      if (!(error instanceof Refused)) console.error(error);
      const { status = 500, code = 'INTERNAL', message, details = null } = error;
      json(response, status, { success: false, error: { code, message, details, request_id: '7f3a11c2-0000-4000-8000-000000000000', timestamp: state.now() } });
    }
  }

  const server = http.createServer((request, response) => void answer(request, response));
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => {
    const { port: taken } = server.address();
    resolve({ url: `http://127.0.0.1:${taken}`, log, close: () => new Promise((done) => { server.closeAllConnections(); server.close(done); }) });
  }));
}

function json(response, status, body, headers = {}) {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'private, no-cache', ...headers });
  response.end(JSON.stringify(body, (key, value) => (key === 'before' || key === 'approval' ? undefined : value)));
}

function file(dist, place, response) {
  const found = dist && path.join(dist, place === '/' ? 'index.html' : path.normalize(place));
  if (!found || !fs.existsSync(found)) { response.writeHead(404); return response.end(); }
  response.writeHead(200, { 'content-type': MIME[path.extname(found)] ?? 'application/octet-stream', 'content-security-policy': POLICY });
  fs.createReadStream(found).pipe(response);
}

/** Long reasons come with one line alone. */
const brief = (line) => ({ ...line, why: null, runner_up: null, reason: null });

function find(state, id) {
  const line = state.line(id);
  if (!line) throw new Refused(404, 'LINE_NOT_FOUND', 'there is no such line');
  return line;
}

/** What a press on several lines means. */
function chosen(state, which) {
  const failed = [...state.older, ...state.proposal.lines].filter((l) => l.status === 'api_failed');
  return failed.filter((l) => which.all || which.lines?.includes(l.id) || (which.cause && l.api_error_details.cause === which.cause));
}

const tally = (items) => items.reduce((counts, item) => ({ ...counts, [item]: (counts[item] ?? 0) + 1 }), {});

function submissions(state, query) {
  const all = [...state.older, ...state.proposal.lines], wanted = query.get('state');
  const open = all.filter((l) => ['approved', 'submitting', 'in_doubt', 'api_failed'].includes(l.status)), accepted = all.filter((l) => l.status === 'api_submitted');
  const items = wanted === 'api_submitted' ? accepted : open.filter((l) => !wanted || l.status === wanted);
  return { items, next: null, time_zone: ZONE, paused: null, counts: tally(open.map((l) => l.status)), causes: tally(open.map((l) => l.api_error_details?.cause).filter(Boolean)), accepted_today: accepted.length };
}

function pending(state) {
  const lines = state.runId ? state.proposal.lines.map(brief) : [];
  return {
    time_zone: ZONE, run: state.runId ? state.summary : null, quality: state.runId ? state.quality : null, plan_version: state.planVersion,
    stale: { plan_moved: state.planVersion !== state.proposedVersion, newer_run_id: null },
    newly_scheduled: lines.filter((l) => l.kind === 'new' || (l.kind === 'not_placed' && l.employee_id)), swaps: lines.filter((l) => ['moved', 'dropped'].includes(l.kind)),
    failed: lines.filter((l) => l.kind === 'not_placed' && !l.employee_id), daily_preview: {},
  };
}

const someone = (id) => (id ? { employee_id: id, employee_name: person(id).name } : null);

function dashboard(state) {
  const lines = state.runId ? state.proposal.lines : [];
  const placed = lines.filter((l) => l.employee_id || l.kind === 'dropped'), open = placed.filter((l) => ['proposed', 'user_edited'].includes(l.status));
  const all = [...state.older, ...lines], of = (...statuses) => all.filter((l) => statuses.includes(l.status)).length;
  const today = state.proposal.posted.filter((p) => p.schedule_datetime.startsWith(TODAY)), staff = [...new Set(today.map((p) => p.employee_id))].sort();
  const duty = (kind) => { const [named, backup] = state.named(kind, TODAY); return { named: someone(named), backup: someone(backup), on_duty: someone(named), exception: false }; };
  return {
    time_zone: ZONE, today: TODAY, night: { date: TODAY, state: state.trouble ? 'crashed' : 'ok', tries: 1, run: state.trouble ?? state.summary },
    proposal: state.runId ? {
      run_id: state.runId, at: state.summary.status_since, age_s: 600, plan_moved: state.planVersion !== state.proposedVersion, lines: placed.length, open: open.length,
      needs_look: open.filter((l) => l.flags.length).length, not_placed: lines.length - placed.length, held: open.filter((l) => l.held).length, accepted: lines.filter((l) => l.status === 'api_submitted').length,
    } : null,
    crashed_runs: state.trouble ? [state.trouble] : [],
    submissions: { failed: of('api_failed'), in_doubt: of('in_doubt'), under_way: of('approved', 'submitting'), paused_until: null },
    due_soon: lines.filter((l) => !l.employee_id).map((l) => ({ event_ref_num: l.event_ref_num, project_name: l.project_name, event_type: l.event_type, due_date: l.due_date, days_left: between(TODAY, l.due_date.slice(0, 10)) })).filter((e) => e.days_left <= 14).sort((a, b) => a.days_left - b.days_left),
    due_soon_more: false, off_today: employees.filter((e) => isOff(e, TODAY)).map((e) => ({ ...someone(e.id), reason: 'weekday' })),
    rotation: { juicer: duty('juicer'), primary_lead: duty('primary_lead') },
    on_floor: staff.map((id) => ({ ...someone(id), shifts: today.filter((p) => p.employee_id === id).map(({ event_ref_num, project_name, event_type, estimated_minutes, schedule_datetime, block }) => ({ event_ref_num, project_name, event_type, estimated_minutes, schedule_datetime, block })) })),
  };
}

const STARTS = /^\d{4}-\d\d-\d\d(T.*)?$/;

function edit(state, id, body) {
  const line = find(state, id);
  let also = [];
  if (body.version !== undefined && body.version !== line.version) throw new Refused(409, 'STALE_VERSION', 'somebody changed this line meanwhile', { version: line.version });
  if (!['proposed', 'user_edited', 'api_failed'].includes(line.status)) throw new Refused(409, 'NOT_ALLOWED_NOW', 'this line cannot be changed now');
  if (body.revert) state.revert(line);
  else if (body.held !== undefined) { line.held = body.held; state.touch(line); }
  else {
    const at = body.schedule_datetime ?? line.schedule_datetime, who = body.employee_id ?? line.employee_id;
    if (!STARTS.test(at)) throw new Refused(400, 'INVALID_TIME', 'schedule_datetime is a club-local time without an offset, or a date alone');
    const violations = state.plan().check(state.event(line), who, at.slice(0, 10));
    if (violations.length && !body.override) throw new Refused(422, 'RULES_BROKEN', violations[0].text, { violations: violations.map((v) => ({ rule: v.rule, title: v.rule, words: v.text })) });
    also = state.place(line, who, at);
  }
  const waits = body.held ? state.proposal.lines.filter((l) => l.depends_on.includes(line.event_ref_num)).map((l) => ({ line: l.id, waits_for: line.id })) : [];
  return { success: true, time_zone: ZONE, updated_schedule: brief(line), also_changed: also.map(brief), held_with: waits, overridden: [] };
}

function check(state, body) {
  const line = find(state, body.line), days = state.choices(line), plan = { time_zone: ZONE, plan_version: state.planVersion };
  if (!body.employee_id && !body.schedule_datetime) return { success: true, ...plan, days };
  const who = body.employee_id ?? line.employee_id, day = days.find((d) => d.date === (body.schedule_datetime ?? line.schedule_datetime).slice(0, 10));
  const can = day?.people.find((p) => p.employee_id === who), cannot = day?.cannot.find((p) => p.employee_id === who);
  const place = { line: line.id, event_ref_num: line.event_ref_num, employee_id: who, employee_name: person(who).name, schedule_datetime: day?.start ?? null, block: null };
  return { success: true, ...plan, place, moves_along: [], allowed: !!can, violations: cannot ? [{ rule: cannot.rule, title: cannot.rule, words: cannot.words }] : [], points: can?.points ?? 0, terms: {} };
}

function history(state, limit) {
  const running = state.openRun ? [state.runView(state.openRun.run_id)] : [];
  const items = Array.from({ length: 18 }, (_, i) => {
    if (i === 0) return { ...(state.trouble ?? state.summary), run_id: state.trouble?.run_id ?? state.runId ?? 'run-418', quality: state.trouble ? null : state.quality, queued_to_approved_s: null };
    const all = 246 - ((i * 7) % 31), failed = 6 + ((i * 5) % 7), created = `${addDays(TODAY, -i)}T10:04:00.000Z`;
    const status = i === 7 ? 'rejected' : i === 11 ? 'crashed' : i % 5 === 3 ? 'superseded' : 'approved', gone = status === 'crashed', score = 250_000 - i * 700, gap = i % 3 ? 38 + i * 9 : 0;
    const numbers = gone ? {} : { events_scheduled: all - failed - 5, events_requiring_swaps: 5, events_failed: failed, total_events_processed: all };
    return {
      ...state.summary, ...numbers, run_id: `run-${418 - i}`, date: addDays(TODAY, -i), status, created_at: created, status_since: created, error: status === 'rejected' ? 'Too many moves; Wrong people' : gone ? 'its solver was lost' : null,
      quality: gone ? null : { ...state.quality, stopped_on: gap === 0 ? 'optimal' : i % 4 === 1 ? 'time_limit' : 'gap', proven: gap === 0, score, bound: score + gap, gap_points: gap, gap_percent: (gap / (score + gap)) * 100, failures: { rule_broken: failed - 3, no_valid_day: 2, nobody_available: 1 }, timing_ms: { load: 40, build: 130, solve: 9000 + ((i * 3700) % 24_000), extract: 200 } },
      queued_to_approved_s: status === 'approved' ? 3600 + i * 400 : null,
    };
  });
  const shown = [...running, ...items].slice(0, limit);
  return { items: shown, next: null, time_zone: ZONE, rates: { runs: shown.length, manual: 0, ended: 17, proposed: 16, failed: 0, crashed: 1, approved: 12, rejected: 1, success_rate: 0.94, events_per_run: 232, placed_rate: 0.96, failures: { rule_broken: 92, no_valid_day: 34, nobody_available: 17 } } };
}

function compare(state, a, b) {
  const side = (id) => ({ ...history(state, 50).items.find((run) => run.run_id === id) });
  const lines = state.proposal.lines.filter((l) => l.employee_id && l.event_type === 'Core').slice(0, 8).map(brief);
  const changed = lines.slice(0, 4).map((l, i) => ({ event_ref_num: l.event_ref_num, a: { ...l, employee_id: lines[i + 4].employee_id, employee_name: lines[i + 4].employee_name, schedule_datetime: lines[i + 4].schedule_datetime }, b: l }));
  return { time_zone: ZONE, a: side(a), b: side(b), terms: { scheduled: { a: 240_000, b: 245_000, difference: 5000 }, bump: { a: -400, b: -1000, difference: -600 } }, added: lines.slice(4, 6), removed: lines.slice(6, 7), changed, same: 231 };
}

const WORKS = { juicer: (e) => e.juicer_trained || e.job_title === 'Juicer Barista' || e.job_title === 'Club Supervisor', primary_lead: (e) => ['Lead Event Specialist', 'Club Supervisor'].includes(e.job_title) };

function saveRotations(state, body) {
  if (body.version !== undefined && body.version !== state.rotations.version) throw new Refused(409, 'STALE_VERSION', 'somebody saved the rotations meanwhile', { version: state.rotations.version });
  const faults = [];
  for (const [where, tables] of [['$', body], ['$.backups', body.backups]]) for (const kind of ['juicer', 'primary_lead']) for (const [day, id] of Object.entries(tables[kind] ?? {})) {
    if (id && !WORKS[kind](person(id))) faults.push({ path: `${where}.${kind}.${day}`, code: 'INVALID_EMPLOYEE_ROLE', employee_id: id, message: `${person(id).name} may not hold the ${kind.replace('_', ' ')} rotation` });
  }
  if (faults.length) throw new Refused(400, 'INVALID_EMPLOYEE_ROLE', faults.map((f) => f.message).join('; '), { faults });
  state.rotations = { ...body, version: state.rotations.version + 1, saved: { by: 'developer', at: state.now() } };
  return { success: true, version: state.rotations.version };
}

function events(state, query) {
  const claimed = ['approved', 'submitting', 'in_doubt', 'api_failed'];
  const row = (l, posted) => ({
    event_ref_num: l.event_ref_num, project_name: l.project_name, event_type: l.event_type, estimated_minutes: l.estimated_minutes, start_date: l.start_date, due_date: l.due_date, condition: posted ? 'Scheduled' : 'Unstaffed', auto: true, parent_ref: null,
    posted_on: posted, claim: claimed.includes(l.status) ? { line_id: l.id, status: l.status, cause: l.api_error_details?.cause ?? null, employee_id: l.employee_id, employee_name: l.employee_name, schedule_datetime: l.schedule_datetime } : null, version: 1,
  });
  const open = state.proposal.lines.map((l) => row(l, l.status === 'api_submitted' ? l.schedule_datetime.slice(0, 10) : (l.from?.schedule_datetime.slice(0, 10) ?? null)));
  const posted = state.proposal.posted.map((p) => row(p, p.schedule_datetime.slice(0, 10)));
  const all = query.get('scheduled') === 'open' ? open.filter((e) => !e.posted_on || e.claim).sort((a, b) => a.due_date.localeCompare(b.due_date)) : [...posted, ...open].sort((a, b) => a.event_ref_num - b.event_ref_num);
  const at = Number(query.get('cursor') ?? 0), limit = Number(query.get('limit') ?? 100);
  return { items: all.slice(at, at + limit), next: at + limit < all.length ? String(at + limit) : null, ...(query.get('include') === 'total' ? { total: all.length } : {}), time_zone: ZONE };
}
