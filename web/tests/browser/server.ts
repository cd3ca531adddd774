/** A real `muster serve` as a process of its own on free ports. It can be killed and started again, and its clock can be moved. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const TIMEOUT_MS = 60_000;

/** The binary: MUSTER_BIN if it is set, otherwise cargo's debug or else release build. */
function binary(): string {
  const namedBinary = process.env.MUSTER_BIN;
  const file = (namedBinary ? [namedBinary] : ['target/debug/muster', 'target/release/muster'])
    .map((path) => resolve(ROOT, path))
    .find(existsSync);
  if (!file) throw new Error('build muster first: cargo test --workspace --locked --no-run (or name it in MUSTER_BIN)');
  return file;
}

export interface Beginning {
  /** The data folder of an earlier process, to continue from. */
  from?: string;
  /** The file of the club of the first start; by default MUSTER_SNAPSHOT or the sample club. */
  snapshot?: string;
  clock?: 'manual' | 'real';
  /** The address of a Crossmark to use instead of the embedded simulator. */
  crossmark?: string;
}

/** A planned fault of the Crossmark simulator. */
export interface Fault {
  call: 'login' | 'planning' | 'schedule' | 'delete';
  kind: string;
  when?: 'before' | 'after';
  ms?: number;
}

/** One scheduled event in Crossmark. */
export interface Booking {
  id: number;
  mPlanID: number;
  RepID: number;
  Start: string;
  deleted_at: string | null;
}

/** The body of an answer whose shape a test does not name. Tests assert on the server's answers, not on the client's types. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = any;

export interface Answer<Body = Json> {
  status: number;
  body: Body;
}

export class MusterServer {
  url = '';
  simulator = '';
  readonly data = mkdtempSync(join(tmpdir(), 'muster-'));
  #process: ChildProcess | null = null;

  private constructor(private readonly beginning: Beginning) {
    if (beginning.from) cpSync(beginning.from, this.data, { recursive: true });
  }

  static async start(beginning: Beginning = {}): Promise<MusterServer> {
    const server = new MusterServer(beginning);
    await server.start();
    // Two processes with the same seed would give a new run the id of an old one at the same instant.
    if (beginning.from) await server.advance(1);
    return server;
  }

  /** Starts the process, and returns once it has printed its address. */
  async start(): Promise<void> {
    const { clock = 'manual', crossmark, from, snapshot = process.env.MUSTER_SNAPSHOT ?? 'events/club-sample.json' } = this.beginning;
    const port = this.url ? new URL(this.url).port : '0';
    const club = from ? [] : ['--snapshot', resolve(ROOT, snapshot)];
    const upstream = crossmark ? ['--crossmark', crossmark] : ['--simulator-port', '0'];
    const child = spawn(binary(), ['serve', '--port', port, ...upstream, '--clock', clock, '--data', this.data, ...club], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    let trouble = '';
    child.stderr.on('data', (text) => (trouble = (trouble + text).slice(-2000)));
    const address = (line: string) => /http:\/\/[^\s,]+/.exec(line)?.[0].replace(/\/api$/, '') ?? '';
    await new Promise<void>((done, fail) => {
      const timer = setTimeout(() => fail(new Error('muster serve does not start')), TIMEOUT_MS);
      child.once('exit', (code) => fail(new Error(`muster serve ended with ${code}: ${trouble}`)));
      createInterface({ input: child.stdout }).on('line', (line) => {
        if (line.startsWith('API')) this.url = address(line);
        if (line.startsWith('Crossmark')) this.simulator = address(line);
        if (line.startsWith('Ctrl-C')) {
          clearTimeout(timer);
          done();
        }
      });
    });
  }

  /** Ends the process, by default as the kernel does when memory runs out. The folder stays. */
  async kill(signal: 'SIGKILL' | 'SIGINT' = 'SIGKILL'): Promise<void> {
    const running = this.#process;
    this.#process = null;
    if (!running || running.exitCode !== null) return;
    const ended = new Promise((done) => running.once('exit', done));
    running.kill(signal);
    await ended;
  }

  async end(): Promise<void> {
    await this.kill();
    rmSync(this.data, { recursive: true, force: true });
  }

  async send<Body = Json>(method: string, path: string, body?: unknown, who?: string): Promise<Answer<Body>> {
    const headers: Record<string, string> = {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(who ? { authorization: `Bearer ${who}` } : {}),
    };
    const base = path.startsWith('/_sim/') ? this.simulator : this.url;
    const answer = await fetch(base + path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    const text = await answer.text();
    return { status: answer.status, body: text ? JSON.parse(text) : null };
  }

  /** The body of the answer to a request that must succeed. */
  async must<Body = Json>(method: string, path: string, body?: unknown, who?: string): Promise<Body> {
    const answer = await this.send<Body>(method, path, body, who);
    if (answer.status >= 300) throw new Error(`${method} ${path} was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  get = <Body = Json>(path: string) => this.must<Body>('GET', path);
  post = <Body = Json>(path: string, body: unknown, who?: string) => this.must<Body>('POST', path, body, who);
  put = <Body = Json>(path: string, body: unknown, who?: string) => this.must<Body>('PUT', path, body, who);

  /** Moves the clock and does the work that becomes due. */
  advance = (seconds: number) => this.post('/_local/clock', { advance_s: seconds });
  /** Plans faults of the Crossmark simulator for its next calls. */
  faults = (...next: Fault[]) => this.post('/_sim/faults', { next });
  /** Everything that was ever scheduled in the Crossmark simulator, also what was deleted. */
  ledger = () => this.get<Booking[]>('/_sim/ledger');

  /** Waits until the queues have no visible or in-flight message. */
  quiet = () =>
    until(async () =>
      (await this.get<{ visible: number; in_flight: number }[]>('/_local/queues')).every((queue) => !queue.visible && !queue.in_flight),
    );

  /** Starts a run by hand and waits for its end. */
  async run(): Promise<string> {
    const { run_id } = await this.post<{ run_id: string }>('/api/auto-schedule/run', { run_type: 'manual', emergency: false });
    await until(async () => !['queued', 'running'].includes((await this.get(`/api/auto-schedule/status/${run_id}`)).status));
    return run_id;
  }
}

/** Polls until the condition is true. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + TIMEOUT_MS;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error('the condition did not become true in time');
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** A club with too few people for its work. */
export const TIGHT = ['--seed', '2', '--tight', '--events', '60', '--employees', '7'];

/** Generates a club and writes it to a file. */
export function generate(file: string, ...options: string[]): string {
  execFileSync(binary(), ['generate', ...options, '--output', file]);
  return file;
}
