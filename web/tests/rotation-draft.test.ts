import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Rotations, WeekPeople } from '../src/lib/api-types';
import { RotationDraft } from '../src/lib/rotation-draft.svelte';

const week = (more: WeekPeople = {}): WeekPeople => ({ monday: 'E01', ...more });
const rotations = (version: number, more: WeekPeople = {}): Rotations => ({
  juicer: week(more),
  primary_lead: week(),
  backups: { juicer: {}, primary_lead: {} },
  version,
});

beforeEach(() => vi.stubGlobal('sessionStorage', undefined));

describe('a draft of the rotations', () => {
  it('keeps a change that was made while a request was under way', () => {
    const draft = new RotationDraft();
    draft.adopt(rotations(1));
    draft.set('juicer', 'holder', 'tuesday', 'E02');
    const sent = draft.draft as Rotations;
    draft.set('juicer', 'holder', 'friday', 'E03');
    draft.settle(sent, 2);
    draft.adopt(rotations(2, { tuesday: 'E02' }));
    expect([draft.changes, draft.isOvertaken]).toEqual([1, false]);
    expect([draft.get('juicer', 'holder', 'tuesday'), draft.get('juicer', 'holder', 'friday')]).toEqual(['E02', 'E03']);
  });

  it('is empty once all of it is saved', () => {
    const draft = new RotationDraft();
    draft.adopt(rotations(1));
    draft.set('primary_lead', 'holder', 'monday', null);
    draft.settle(draft.draft as Rotations, 2);
    expect([draft.changes, draft.isOvertaken]).toEqual([0, false]);
  });
});
