/** The lines of the proposal on screen. An older version never replaces the one that is shown. */
import type { Line } from '../api-types';

export class ShownLines {
  all = $state.raw<Line[]>([]);
  byId = $derived(new Map(this.all.map((line) => [line.id, line])));

  /** Shows the lines of an answer instead of the current ones, except lines that are being edited or are newer here. */
  adopt(lines: Line[], isBeingEdited: (id: string) => boolean) {
    this.all = lines.map((line) => {
      const mine = this.byId.get(line.id);
      return mine && (isBeingEdited(line.id) || mine.version > line.version) ? mine : line;
    });
  }

  replace(line: Line) {
    this.all = this.all.map((old) => (old.id === line.id ? line : old));
  }

  /** Shows changes, by line id, before the server has answered. */
  show(changes: Map<string, Partial<Line>>) {
    this.all = this.all.map((line) => {
      const shown = changes.get(line.id);
      return shown ? { ...line, ...shown } : line;
    });
  }

  /** Updates shown lines from an answer; ignores other lines. */
  merge(lines: Line[]) {
    const answered = new Map(lines.map((line) => [line.id, line]));
    this.all = this.all.map((line) => {
      const found = answered.get(line.id);
      return found && found.version >= line.version ? found : line;
    });
  }
}
