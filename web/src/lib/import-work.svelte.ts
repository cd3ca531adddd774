/**
 * Loads a file into the club: read, preview, save. The work continues while somebody is on another page. A file whose load was interrupted
 * is kept in the browser until it is loaded or dismissed.
 */
import { api, ApiError } from './api';
import type { ImportKind, ImportOptions, ImportPreview } from './api-types';
import { momentWords } from './dates';
import { headingsOf } from './file-headings';
import { fileKind, fileKinds, folded, foundUnder, mappingOf } from './import-columns';
import { previewDifferenceWords, refusalWords, reportWords, rowsToSave, subjectWords } from './imports';
import { queryClient } from './queries';
import { link, route } from './router.svelte';
import { session } from './session.svelte';
import * as storedAnswers from './stored-answers';
import { errorWords, toast } from './toast.svelte';

type Step = 'choose' | 'reading' | 'columns' | 'preview' | 'saving' | 'done';

interface KeptFile {
  name: string;
  file: Blob;
  options: ImportOptions;
}

/** Poll interval of a load's progress. */
const POLL_MS = 3_000;

/** The message if the answer to Save was lost although everything is saved. */
export const ANSWER_LOST = 'The answer was lost on the way, but everything is saved.';

class ImportWork {
  kind = $state<ImportKind>('employees');
  step = $state<Step>('choose');
  name = $state('');
  preview = $state.raw<ImportPreview | null>(null);
  existing = $state<ImportOptions['existing']>('update');
  problem = $state('');
  /** What changed since the previous preview, in words. */
  difference = $state('');
  /** Whether the answer to Save was lost, although everything is saved. */
  isAnswerLost = $state(false);
  /** The number of rows written so far; null until the server has reported it. */
  progress = $state.raw<{ done: number; rows: number } | null>(null);
  /** A file whose load was interrupted, kept in this browser. */
  keptFile = $state.raw<KeptFile | null>(null);
  /** The headings of the file; empty if the client cannot read them. */
  headings = $state.raw<string[]>([]);
  /** Headings that the server did not find. */
  missingHeadings = $state.raw<string[]>([]);
  /** The heading that is chosen for each column. */
  chosenHeadings = $state<Record<string, string>>({});
  #file: Blob | null = null;
  #mapping: ImportOptions['mapping'] = null;
  #club = '';
  /** Number of the current file: an answer for an earlier file is ignored. */
  #turn = 0;

  get busy() {
    return this.step === 'reading' || this.step === 'saving';
  }

  /** Call when the page is opened for a kind of file. A running load continues. */
  open(kind: ImportKind) {
    const club = session.club?.club_id ?? '';
    const same = club === this.#club;
    if (same && (kind === this.kind || this.step === 'saving')) return;
    this.#club = club;
    this.kind = kind;
    this.reset();
    void this.#findKept();
  }

  reset() {
    this.#turn++;
    [this.#file, this.#mapping] = [null, null];
    [this.step, this.name, this.problem, this.difference] = ['choose', '', '', ''];
    [this.preview, this.progress, this.isAnswerLost] = [null, null, false];
    [this.headings, this.missingHeadings, this.chosenHeadings] = [[], [], {}];
    this.existing = 'update';
  }

  async choose(file: File | KeptFile) {
    this.reset();
    const blob = file instanceof File ? file : file.file;
    const wrong = refusalWords({ name: file.name, size: blob.size });
    this.name = file.name;
    if (wrong) return void (this.problem = wrong);
    if (!(file instanceof File)) [this.existing, this.#mapping] = [file.options.existing, file.options.mapping];
    const turn = this.#turn;
    try {
      // The file is read only once, so that a later change on the disk has no effect.
      const read = new Blob([await blob.arrayBuffer()]);
      if (turn !== this.#turn) return;
      this.#file = read;
    } catch {
      return void (this.problem = 'The file cannot be read. Perhaps it is open in another program.');
    }
    await this.readPreview();
  }

  /** Reads a preview of what the file would change. */
  async readPreview() {
    const [file, turn] = [this.#file, this.#turn];
    if (!file) return;
    const before = this.step;
    this.step = 'reading';
    this.problem = '';
    try {
      const preview = await this.#ask(file);
      if (turn !== this.#turn) return;
      [this.preview, this.missingHeadings, this.step] = [preview, [], 'preview'];
      // The server has everything, so the kept file is no longer needed.
      if (!rowsToSave(preview) && !preview.interrupted) await this.forgetKept();
    } catch (error) {
      if (turn !== this.#turn) return;
      const lacking = missingOf(error);
      if (!lacking) {
        this.problem = this.#why(error);
        this.step = this.preview && before !== 'reading' ? 'preview' : 'choose';
        return;
      }
      await this.showColumns(lacking);
    }
  }

  /** Requests a preview. If the mapping that the server remembers does not fit this file, asks again with the usual headings. */
  async #ask(file: Blob): Promise<ImportPreview> {
    const ask = () => api.importFile(this.kind, file, { existing: this.existing, mapping: this.#mapping });
    try {
      return await ask();
    } catch (error) {
      const lacking = missingOf(error);
      const usual = fileKind(this.kind).columns.map((column) => folded(column.heading));
      if (!lacking || this.#mapping || lacking.every((heading) => usual.includes(folded(heading)))) throw error;
      this.#mapping = {};
      return await ask();
    }
  }

  /** Opens the choice of columns. */
  async showColumns(missing: string[] = []) {
    const [file, turn] = [this.#file, this.#turn];
    if (!file) return;
    const { columns } = fileKind(this.kind);
    const headings = this.headings.length ? this.headings : await headingsOf(file, columns);
    if (turn !== this.#turn) return;
    const chosen: Record<string, string> = {};
    for (const column of columns) chosen[column.key] = this.#mapping?.[column.key] ?? foundUnder(column, headings) ?? '';
    [this.headings, this.missingHeadings, this.chosenHeadings, this.step] = [headings, missing, chosen, 'columns'];
  }

  async useColumns() {
    this.#mapping = mappingOf(fileKind(this.kind).columns, this.chosenHeadings);
    await this.readPreview();
  }

  /** Closes the choice of columns without a change. */
  leaveColumns() {
    this.step = this.preview ? 'preview' : 'choose';
  }

  /** Chooses whether rows that differ from the club change it, and reads the preview again. */
  async setExisting(existing: ImportOptions['existing']) {
    this.existing = existing;
    await this.readPreview();
  }

  async save(nameOf: (id: string) => string | undefined) {
    const [file, before, turn] = [this.#file, this.preview, this.#turn];
    if (!file || !before || this.busy) return;
    [this.step, this.problem, this.difference] = ['saving', '', ''];
    [this.progress, this.isAnswerLost] = [null, false];
    const options = { existing: this.existing, mapping: this.#mapping };
    // If the browser cannot store the file, it is not offered again after an interrupted load.
    await storedAnswers.put(this.#storageKey(), { name: this.name, file, options } satisfies KeptFile).catch(() => undefined);
    const polling = setInterval(() => void this.#pollProgress(file, turn), POLL_MS);
    try {
      const saved = await api.importFile(this.kind, file, options, before.digest);
      if (turn !== this.#turn) return;
      [this.preview, this.step, this.keptFile] = [saved, 'done', null];
      void storedAnswers.drop(this.#storageKey());
      this.#toastElsewhere(reportWords(saved));
    } catch (error) {
      if (turn !== this.#turn) return;
      await this.#handleFailedSave(error, before, nameOf);
      this.#toastElsewhere(this.problem || (this.isAnswerLost ? ANSWER_LOST : 'The club changed meanwhile. Look at the file again.'));
    } finally {
      clearInterval(polling);
    }
    await queryClient.invalidateQueries();
  }

  /** Shows the result as a toast to somebody who is on another page now. */
  #toastElsewhere(words: string) {
    if (route.page !== 'import')
      toast(`${this.name}: ${words}`, { label: 'Open', run: () => (location.hash = link('import', { kind: this.kind })) });
  }

  /** After a failed save: shows why, and what the file would change now. */
  async #handleFailedSave(error: unknown, before: ImportPreview, nameOf: (id: string) => string | undefined) {
    const stale = error instanceof ApiError && error.code === 'STALE_VERSION';
    await this.readPreview();
    const now = this.preview;
    if (!now || this.problem) {
      this.problem ||= this.#why(error);
      return;
    }
    this.isAnswerLost = !stale && !rowsToSave(now) && !now.interrupted;
    if (!stale) return void (this.problem = this.isAnswerLost ? '' : this.#why(error));
    if (!now.interrupted) void storedAnswers.drop(this.#storageKey());
    this.difference = previewDifferenceWords(before, now, (row) => subjectWords(this.kind, row, nameOf));
  }

  /** Reads the progress of a load: the server reports it in a preview of the same file. */
  async #pollProgress(file: Blob, turn: number) {
    try {
      const { interrupted } = await api.importFile(this.kind, file, { existing: this.existing, mapping: this.#mapping });
      if (turn === this.#turn && this.step === 'saving' && interrupted?.same_file) {
        this.progress = { done: interrupted.done, rows: interrupted.rows };
      }
    } catch {
      // The load itself reports what went wrong.
    }
  }

  #why(error: unknown): string {
    if (error instanceof ApiError && error.code === 'TOO_MANY_IMPORTS') {
      const next = error.details.next_at;
      return `At most 20 such files can be loaded within an hour.${typeof next === 'string' ? ` The next one can be loaded at ${momentWords(next, session.zone)}.` : ''}`;
    }
    if (error instanceof ApiError && error.code === 'BODY_TOO_LARGE') return 'The file is too large. The limit is 4 MB.';
    return errorWords(error);
  }

  async #findKept() {
    const [turn, key] = [this.#turn, this.#storageKey()];
    this.keptFile = null;
    const found = (await storedAnswers.read(key))?.body as KeptFile | undefined;
    if (turn === this.#turn) this.keptFile = found ?? null;
  }

  async forgetKept() {
    this.keptFile = null;
    await storedAnswers.drop(this.#storageKey());
  }

  #storageKey = () => `file ${this.#club} ${this.kind}`;
}

/** The headings that a file lacks, if it was refused for that reason; null otherwise. */
function missingOf(error: unknown): string[] | null {
  if (!(error instanceof ApiError) || error.details.reason !== 'FILE_MISSING_COLUMNS') return null;
  return Array.isArray(error.details.columns) ? (error.details.columns as string[]) : [];
}

export const importWork = new ImportWork();
export const isFileKind = (kind: string): kind is ImportKind => fileKinds.some((one) => one.kind === kind);
