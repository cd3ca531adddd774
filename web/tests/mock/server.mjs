// A stand-in for the API, for tests and for working on the client alone. Answers as the design's HTTP section says.
import http from 'node:http';
import fs from 'node:fs';
import path from 'node:path';
import { addDays } from './calendar.mjs';
import { HOLIDAYS, LOCKED, TODAY, ZONE, employees, isOff, person } from './club.mjs';
import { State } from './state.mjs';

const MIME = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json', '.svg': 'image/svg+xml' };
const POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'";

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
    ['GET', /^\/me$/, () => ({ who: 'developer', development: true, clubs: [{ id: '8135', name: 'Club 8135', role: state.role, time_zone: ZONE }] })],
    ['GET', /^\/dashboard$/, () => dashboard(state), true],
    ['GET', /^\/auto-schedule\/pending$/, () => pending(state), true],
    ['GET', /^\/auto-schedule\/status\/([^/]+)$/, ({ params, query }) => {
      const since = Number(query.get('since') ?? 0), view = state.runView(params[0]);
      const lines = view.status === 'running' ? [] : state.proposal.lines.filter((l) => state.touched.get(l.id) > since).map(brief);
      return { ...view, lines, as_of: String(state.stamp), time_zone: ZONE };
    }, true],
    ['POST', /^\/auto-schedule\/run$/, () => {
      if (state.openRun) throw new Refused(409, 'RUN_OPEN', 'a run is open already', { run_id: state.openRun.run_id });
      state.trouble = null;
      return [202, { success: true, run_id: state.startRun() }];
    }],
    ['DELETE', /^\/auto-schedule\/run\/([^/]+)$/, () => { state.openRun = null; state.stamp++; return { success: true }; }],
    ['POST', /^\/auto-schedule\/dismiss-crash$/, () => { state.trouble = null; state.stamp++; return { success: true }; }],
    ['GET', /^\/pending-schedule\/([^/]+)$/, ({ params }) => find(state, params[0])],
    ['PUT', /^\/pending-schedule\/([^/]+)$/, ({ params, body }) => edit(state, params[0], body)],
    ['POST', /^\/auto-schedule\/check$/, ({ body }) => check(state, body)],
    ['POST', /^\/auto-schedule\/approve$/, ({ body }) => {
      if (body.run_id !== state.runId) throw new Refused(409, 'PROPOSAL_SUPERSEDED', `a newer proposal took the place of this one: run ${state.runId}`, { run_id: state.runId });
      return [202, state.approve(body.lines, body.dry_run)];
    }],
    ['POST', /^\/auto-schedule\/recall$/, ({ body }) => state.recall(body.approval_id)],
    ['POST', /^\/auto-schedule\/reject$/, () => { state.summary.status = 'rejected'; state.clear(); state.stamp++; return { success: true }; }],
    ['GET', /^\/submissions$/, ({ query }) => {
      const open = [...state.older, ...state.proposal.lines].filter((l) => ['approved', 'submitting', 'in_doubt', 'api_failed', 'api_submitted'].includes(l.status));
      const wanted = query.get('state');
      return { items: open.filter((l) => (wanted ? l.status === wanted : l.status !== 'api_submitted')), next: null, time_zone: ZONE, paused: null };
    }, true],
    ['POST', /^\/auto-schedule\/retry\/([^/]+)$/, ({ params }) => {
      if (!state.retry(find(state, params[0]))) throw new Refused(409, 'NOT_ALLOWED_NOW', 'this line does not wait for a retry');
      return { done: 1, refused: [] };
    }],
    ['POST', /^\/auto-schedule\/retry$/, ({ body }) => {
      const failed = [...state.older, ...state.proposal.lines].filter((l) => l.status === 'api_failed' && (body.lines ? body.lines.includes(l.id) : !body.cause || l.api_error_details.cause === body.cause));
      failed.forEach((l) => state.retry(l));
      return { done: failed.length, refused: [] };
    }],
    ['POST', /^\/auto-schedule\/drop\/([^/]+)$/, ({ params }) => { const l = find(state, params[0]); l.status = 'rejected'; state.touch(l); return { done: 1, refused: [] }; }],
    ['POST', /^\/auto-schedule\/done-by-hand\/([^/]+)$/, ({ params }) => { const l = find(state, params[0]); l.status = 'api_submitted'; l.api_submitted_at = state.now(); state.touch(l); return { success: true }; }],
    ['GET', /^\/auto-schedule\/history$/, ({ query }) => (query.get('compare') ? compare(state, query.get('compare')) : history(state))],
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
    ['GET', /^\/settings$/, () => ({ planning: { buffer_days: 3, horizon_days: 21, block_capacity: 1, weights: { fairness: 2, bump: 0.5 }, fixed_day_types: null, programme_codes: null }, run_hour: 5, time_limit_s: 45, gap_points: 50, retention_days: 21, settle_s: 60 })],
    ['GET', /^\/holidays$/, () => ({ items: HOLIDAYS.map((date) => ({ date, name: 'Thanksgiving' })), next: null })],
    ['GET', /^\/locked-days$/, () => ({ items: LOCKED.map((date) => ({ date, reason: 'Paperwork printed' })), next: null })],
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

function pending(state) {
  const lines = state.runId ? state.proposal.lines.filter((l) => l.status !== 'rejected').map(brief) : [];
  return {
    run_id: state.runId, plan_version: state.planVersion, proposal_plan_version: state.proposedVersion, time_zone: ZONE,
    newly_scheduled: lines.filter((l) => l.kind === 'new'), swaps: lines.filter((l) => ['moved', 'dropped'].includes(l.kind)), failed: lines.filter((l) => l.kind === 'not_placed'), daily_preview: {},
  };
}

function dashboard(state) {
  const lines = state.runId ? state.proposal.lines : [];
  const open = lines.filter((l) => ['proposed', 'user_edited'].includes(l.status));
  const look = open.filter((l) => l.flags.length && l.event_type !== 'Supervisor').length;
  const all = [...state.older, ...lines], of = (...statuses) => all.filter((l) => statuses.includes(l.status)).length;
  return {
    today: TODAY, time_zone: ZONE, as_of: state.now(), synced_at: '2026-11-23T10:02:00Z', plan_version: state.planVersion,
    proposal: state.runId ? { ...state.runView(state.runId), to_look_at: look, open_lines: open.length } : null,
    open_run: state.openRun ? state.runView(state.openRun.run_id) : null, last_run: state.runView(state.runId), trouble: state.trouble,
    due_soon: lines.filter((l) => !l.employee_id).sort((a, b) => a.due_date.localeCompare(b.due_date)).slice(0, 4).map((l) => ({ event_ref_num: l.event_ref_num, project_name: l.project_name, event_type: l.event_type, due_date: l.due_date, line: l.id, reason: l.failure_reason.text })),
    submissions: { failed: of('api_failed'), in_doubt: of('in_doubt'), under_way: of('approved', 'submitting') },
    off_today: employees.filter((e) => isOff(e, TODAY)).map((e) => ({ employee_id: e.id, employee_name: e.name })), paused: null,
  };
}

function edit(state, id, body) {
  const line = find(state, id);
  if (body.version !== undefined && body.version !== line.version) throw new Refused(409, 'STALE_VERSION', 'somebody changed this line meanwhile', { version: line.version });
  if (!['proposed', 'user_edited', 'api_failed'].includes(line.status)) throw new Refused(409, 'NOT_ALLOWED_NOW', 'this line cannot be changed now');
  if (body.revert) state.revert(line);
  else if (body.held !== undefined) { line.held = body.held; state.touch(line); }
  else {
    const at = body.schedule_datetime ?? line.schedule_datetime, who = body.employee_id ?? line.employee_id;
    const violations = state.plan().check(state.event(line), who, at.slice(0, 10));
    if (violations.length && !body.override) throw new Refused(422, 'RULES_BROKEN', violations[0].text, { violations });
    state.place(line, who, at);
  }
  return { success: true, updated_schedule: line };
}

function check(state, body) {
  const line = find(state, body.line);
  if (!body.employee_id) return state.choices(line);
  const found = state.choices(line).choices.find((c) => c.employee_id === body.employee_id && c.date === (body.schedule_datetime ?? line.schedule_datetime).slice(0, 10));
  return { violations: found?.violations ?? [], points: found?.points ?? 0, terms: found?.terms ?? {} };
}

function history(state) {
  const items = Array.from({ length: 18 }, (_, i) => {
    const n = 418 - i, all = 246 - (i * 7) % 31, failed = 6 + ((i * 5) % 7), accepted = i ? all - failed - ((i * 3) % 5) - 4 : 0;
    const created = `${addDays(TODAY, -i)}T10:04:00Z`, status = i === 0 ? state.summary.status : i === 7 ? 'rejected' : i === 11 ? 'crashed' : 'approved';
    const sent = ['approved'].includes(status) && i ? accepted : 0;
    return {
      ...state.summary, run_id: i === 0 ? (state.runId ?? 'run-418') : `run-${n}`, status, created_at: created, ended_at: created.replace(':04:00', `:04:${String(12 + (i * 11) % 30).padStart(2, '0')}`),
      total_events_processed: all, events_failed: failed, events_scheduled: all - failed, stop: i % 6 === 5 ? 'time_limit' : 'gap', gap: i % 3 ? 38 + i : 0,
      edited: sent ? (i * 2) % 9 : 0, held: sent ? (i * 3) % 12 : 0, rejected: status === 'rejected' ? all : 0, sent_as_proposed: sent ? accepted - ((i * 2) % 9) : 0,
      accepted: sent, accepted_first_try: sent ? sent - ((i * 5) % 6) : 0, retries: (i * 5) % 6, time_to_approval_s: sent ? 3600 + i * 400 : null, approved_by: sent ? 'developer' : null,
      failures_by_reason: { rule_broken: failed - 2, no_valid_day: 2 }, rejection_reasons: status === 'rejected' ? { 'Too many moves': 1, 'Wrong people': 1 } : {},
    };
  });
  return { items, next: null, time_zone: ZONE };
}

function compare(state, ids) {
  const [a, b] = ids.split(',');
  const place = (l) => ({ employee_id: l.employee_id, employee_name: l.employee_name, schedule_datetime: l.schedule_datetime, block: l.block });
  const lines = state.proposal.lines.filter((l) => l.employee_id && l.event_type === 'Core').slice(0, 7);
  return { a, b, changes: lines.map((l, i) => ({ event_ref_num: l.event_ref_num, project_name: l.project_name, event_type: l.event_type, before: i % 4 === 3 ? null : place(lines[(i + 1) % 7]), after: i % 5 === 4 ? null : place(l) })) };
}

const WORKS = { juicer: (e) => e.juicer_trained || e.job_title === 'Juicer Barista' || e.job_title === 'Club Supervisor', primary_lead: (e) => ['Lead Event Specialist', 'Club Supervisor'].includes(e.job_title) };

function saveRotations(state, body) {
  if (body.version !== undefined && body.version !== state.rotations.version) throw new Refused(409, 'STALE_VERSION', 'somebody saved the rotations meanwhile', { version: state.rotations.version });
  const faults = [];
  for (const [where, tables] of [['$', body], ['$.backups', body.backups]]) for (const kind of ['juicer', 'primary_lead']) for (const [day, id] of Object.entries(tables[kind] ?? {})) {
    if (id && !WORKS[kind](person(id))) faults.push({ path: `${where}.${kind}.${day}`, code: 'INVALID_EMPLOYEE_ROLE', employee_id: id, message: `${person(id).name} may not hold the ${kind.replace('_', ' ')} rotation` });
  }
  if (faults.length) throw new Refused(400, 'INVALID_EMPLOYEE_ROLE', faults.map((f) => f.message).join('; '), { faults });
  state.rotations = { ...body, version: state.rotations.version + 1 };
  return { success: true, version: state.rotations.version };
}

function events(state, query) {
  const words = (query.get('q') ?? '').toLowerCase().split(/\s+/).filter(Boolean), type = query.get('type'), condition = query.get('condition');
  const row = (l, state_) => ({ event_ref_num: l.event_ref_num, project_name: l.project_name, event_type: l.event_type, estimated_minutes: l.estimated_minutes, start_date: l.start_date, due_date: l.due_date, condition: state_, auto: true, employee_id: state_ === 'Scheduled' ? l.employee_id : null, employee_name: state_ === 'Scheduled' ? l.employee_name : null, schedule_datetime: state_ === 'Scheduled' ? l.schedule_datetime : null, status: l.status ?? null });
  const all = [...state.proposal.lines.map((l) => row(l, l.status === 'api_submitted' ? 'Scheduled' : 'Unstaffed')), ...state.proposal.posted.map((l) => row(l, 'Scheduled'))]
    .filter((e) => (!type || e.event_type === type) && (!condition || e.condition === condition) && words.every((w) => `${e.project_name} ${e.event_ref_num} ${e.employee_name ?? ''}`.toLowerCase().includes(w)))
    .sort((a, b) => a.due_date.localeCompare(b.due_date) || a.event_ref_num - b.event_ref_num);
  const at = Number(query.get('cursor') ?? 0), limit = Number(query.get('limit') ?? 50);
  return { items: all.slice(at, at + limit), next: at + limit < all.length ? String(at + limit) : null, total: all.length, time_zone: ZONE };
}
