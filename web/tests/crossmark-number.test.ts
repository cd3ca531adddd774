import { describe, expect, it } from 'vitest';
import type { Choices, FixesApplied, ImportRow, ScheduleChanges, WayOut } from '../src/lib/api-types';
import { bestOf, noNumberWords, refusalReason, sendableFirst, unknownIn, withoutNumber } from '../src/lib/crossmark-number';
import { collectedWords, notSendableWords } from '../src/lib/fixes';
import { blockedWords, candidates, effectWords, otherRefusals } from '../src/lib/posted-change';
import { line } from './lines';

const person = (id: string, name: string, rep_id: number | null = 1) => ({ id, name, rep_id, active: true });
const avery = person('E01', 'Avery Quill');
const zed = person('E99', 'Zed New', null);
const people = [avery, zed];
const UNKNOWN = 'Crossmark does not know Zed New yet: nothing can be sent for them until the Crossmark number is entered in Team';

const gives = (id: string, who: string, points: number, more: object = {}): WayOut => ({
  id,
  kind: 'give',
  points,
  removes: 1,
  shrinks: 0,
  text: id,
  changes: [
    {
      kind: 'schedule',
      event_ref_num: 1,
      told_to_crossmark: true,
      before: null,
      after: { employee_id: who, employee_name: null, schedule_datetime: '2026-11-27T10:15:00', block: 1 },
      ...more,
    } as WayOut['changes'][number],
  ],
});
const leave = { ...gives('leave', 'E01', 0), kind: 'leave', changes: [] };

describe('somebody without a Crossmark number', () => {
  it.each([
    [[], ''],
    [['Zed New'], UNKNOWN],
    [
      ['Zed New', 'Ann Ny'],
      'Crossmark does not know Zed New and Ann Ny yet: nothing can be sent for them until their Crossmark numbers are entered in Team',
    ],
    [
      ['A', 'B', 'C', 'D'],
      'Crossmark does not know A, B, C and 1 other yet: nothing can be sent for them until their Crossmark numbers are entered in Team',
    ],
  ])('is named: %j', (names, words) => expect(noNumberWords(names)).toBe(words));

  it('is found in an option only if an event is sent for them', () => {
    expect(unknownIn(gives('a', 'E99', 0), people)).toEqual(['Zed New']);
    expect(unknownIn(gives('a', 'E01', 0), people)).toEqual([]);
    expect(unknownIn(gives('a', 'E99', 0, { told_to_crossmark: false }), people)).toEqual([]);
    expect(unknownIn(gives('a', 'E99', 0, { after: null }), people)).toEqual([]);
  });

  it('is in none of the options that come first, or that are called the best', () => {
    const options = [gives('zed', 'E99', 9), gives('a', 'E01', 4), gives('b', 'E01', 5), leave];
    expect(sendableFirst(options, people).map((one) => one.id)).toEqual(['a', 'b', 'leave', 'zed']);
    expect(bestOf(options, people)).toBe('b');
    expect(bestOf([options[0], options[1], leave], people), 'one alone is not the best').toBeUndefined();
    expect(bestOf(options, []), 'before the people are read').toBe('zed');
  });

  it('comes after those who can work an event and to whom it can be sent', () => {
    const { can, unsendable } = candidates([zed, avery, person('E02', 'Nico Oakes')], undefined as Choices | undefined, '', 'E02');
    expect([can, unsendable].map((all) => all.map((one) => one.name))).toEqual([['Avery Quill'], ['Zed New']]);
  });
});

describe('a refusal for want of a Crossmark number', () => {
  const refused = [
    { line: 'run-1.1', code: 'NO_CROSSMARK_NUMBER', reason: 'its person or the club has no number at Crossmark', rules: [] },
  ];
  const changes = (who: string, more: object = {}) =>
    ({ queued: 0, left: 0, points: 3, refused, lines: [line(1, { employee_id: who })], ...more }) as unknown as ScheduleChanges;
  const preview = (who: string, more: object = {}): FixesApplied => ({
    blocks: [],
    changes: changes(who, more),
    gone: [],
    not_needed: [],
    rotations: [],
  });

  it("names the person; the club's own keeps the server's words", () => {
    expect(refusalReason(refused[0], [line(1, { employee_id: 'E99' })], people)).toBe(UNKNOWN);
    expect(refusalReason(refused[0], [line(1, { employee_id: 'E01' })], people)).toBe(refused[0].reason);
  });

  it('stops a change by hand, and is said once', () => {
    expect(blockedWords(changes('E99'), people)).toBe(UNKNOWN);
    expect(effectWords(changes('E99'), people)).toBe(`Nothing would be sent: ${UNKNOWN}.`);
    expect(otherRefusals(changes('E99'), people)).toEqual([]);
    const partly = changes('E99', { queued: 1 });
    expect([blockedWords(partly, people), otherRefusals(partly, people)]).toEqual(['', [UNKNOWN]]);
    expect(blockedWords(changes('E99', { refused: [] }), people), 'only a block changes').toBe('');
    const depends = { line: 'run-1.2', code: 'DEPENDS', reason: 'it needs event 1, which cannot be sent', rules: [] };
    expect(blockedWords(changes('E99', { refused: [depends, ...refused] }), people)).toBe(UNKNOWN);
  });

  it('is told at once with the collected fixes', () => {
    expect(collectedWords([], preview('E99'), people)).toBe(`Nothing of it can be sent: Cherry Salad: ${UNKNOWN}.`);
    expect(collectedWords([], preview('E99', { queued: 1 }), people)).toBe(
      `0 of 0 would be fixed, by 1 change. Cannot be sent: Cherry Salad: ${UNKNOWN}. Not sent yet.`,
    );
    expect(collectedWords([], preview('E99', { queued: 2, refused: [] }), people)).toBe(
      '0 of 0 would be fixed, by 2 changes. Not sent yet.',
    );
    expect(collectedWords([], null, people)).toBe('Not sent yet.');
    expect(notSendableWords(null, people)).toBe('');
  });
});

it('a file names the people to whom it and the club give no Crossmark number', () => {
  const row = (of: string, known: boolean, fields: Record<string, string>): ImportRow => ({
    of,
    known,
    fields: Object.entries(fields).map(([column, text]) => ({ column, old: '', new: text })),
  });
  const rows = [
    row('E50', false, { Name: 'Ann Ny' }),
    row('E51', false, { Name: 'Ben Ny', 'Rep ID': '150007' }),
    row('E52', false, { Name: 'Cy Ny', Active: 'no' }),
    row('E01', true, { 'Job Title': 'Club Supervisor' }),
    row('E99', true, { 'Job Title': 'Club Supervisor' }),
  ];
  expect(withoutNumber(rows, people)).toEqual(['Ann Ny', 'Zed New']);
  expect(withoutNumber([row('E99', true, { 'Rep ID': '7' })], people)).toEqual([]);
  expect(withoutNumber([row('E98', true, { Name: 'D' })], [{ ...zed, id: 'E98', active: false }]), 'does not work here').toEqual([]);
});
