/** The draft of the rotations; kept in this tab until it is saved. */
import type { RotationFault, Rotations, RotationType, Weekday, WeekPeople } from './api-types';
import { weekdays } from './people';
import { recallDraft, rememberDraft } from './stored';

const KEPT = 'rotations';

export const rotationTypes: RotationType[] = ['juicer', 'primary_lead'];
export type Role = 'holder' | 'backup';

/** A whole week with null for days without a person. */
const week = (people: WeekPeople | undefined): WeekPeople => Object.fromEntries(weekdays.map((day) => [day, people?.[day] ?? null]));

const copy = (from: Rotations): Rotations => ({
  juicer: week(from.juicer),
  primary_lead: week(from.primary_lead),
  backups: { juicer: week(from.backups?.juicer), primary_lead: week(from.backups?.primary_lead) },
  version: from.version,
});

const at = (of: Rotations, kind: RotationType, role: Role) => (role === 'holder' ? of[kind] : of.backups[kind]);

export class RotationDraft {
  saved = $state.raw<Rotations | null>(null);
  draft = $state.raw<Rotations | null>(null);
  faults = $state.raw<RotationFault[]>([]);

  changes = $derived.by(() => {
    const { saved, draft } = this;
    if (!saved || !draft) return 0;
    let n = 0;
    for (const kind of rotationTypes)
      for (const role of ['holder', 'backup'] as const)
        for (const day of weekdays) {
          if (at(saved, kind, role)[day] !== at(draft, kind, role)[day]) n++;
        }
    return n;
  });

  /** Whether somebody else has saved since this draft was begun. */
  isOvertaken = $derived(!!this.saved && !!this.draft && this.changes > 0 && this.saved.version !== this.draft.version);

  adopt(found: Rotations) {
    const before = this.changes > 0 ? this.draft : recallDraft<Rotations>(KEPT);
    this.saved = copy(found);
    this.draft = before ? copy(before) : copy(found);
    if (!this.changes) this.discard();
  }

  get(kind: RotationType, role: Role, day: Weekday): string | null {
    return this.draft ? (at(this.draft, kind, role)[day] ?? null) : null;
  }

  isChanged(kind: RotationType, role: Role, day: Weekday): boolean {
    return !!this.saved && at(this.saved, kind, role)[day] !== this.get(kind, role, day);
  }

  set(kind: RotationType, role: Role, day: Weekday, who: string | null) {
    if (!this.draft) return;
    const next = copy(this.draft);
    at(next, kind, role)[day] = who;
    // Without a holder there is no backup.
    if (role === 'holder' && !who) next.backups[kind][day] = null;
    this.draft = next;
    this.faults = [];
    rememberDraft(KEPT, this.changes ? next : null);
  }

  discard() {
    this.draft = this.saved ? copy(this.saved) : null;
    this.faults = [];
    rememberDraft(KEPT, null);
  }

  /** Call after saving: `sent` is the saved value now. What was changed after the request was sent stays in the draft. */
  settle(sent: Rotations, version: number) {
    this.saved = copy({ ...sent, version });
    this.faults = [];
    if (this.draft) this.draft = { ...this.draft, version };
    rememberDraft(KEPT, this.changes ? this.draft : null);
  }

  /** Keeps this draft instead of what somebody else saved. */
  keepTyped() {
    if (this.draft && this.saved) this.draft = { ...this.draft, version: this.saved.version };
  }

  faultAt(kind: RotationType, role: Role, day: Weekday): string | null {
    const path = role === 'holder' ? `$.${kind}.${day}` : `$.backups.${kind}.${day}`;
    return this.faults.find((fault) => fault.path === path)?.message ?? null;
  }
}
