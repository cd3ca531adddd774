import { describe, expect, it } from 'vitest';
import type { TrialChange } from '../src/lib/api-types';
import { ApiError } from '../src/lib/api';
import { trialRefusalWords } from '../src/lib/ask-trial';
import {
  combined,
  isNothing,
  newPeopleWords,
  forbiddenPlaces,
  additionalPerson,
  piecesOf,
  placesToSave,
  questionWords,
  readQuestion,
  withoutPiece,
  written,
} from '../src/lib/what-if';

const names: Record<string, string> = { E01: 'Rosa Quill', E02: 'Nico Oakes' };
const namer = { person: (id: string) => names[id], event: (ref: number) => (ref === 7 ? 'Peach Tea' : undefined) };
const words = (change: TrialChange) => piecesOf(change, namer).map((piece) => piece.words);

/** A question with every member. A new member of `TrialChange` does not compile without a value here. */
const whole: Required<TrialChange> = {
  weights: { rotation: 0 },
  block_capacity: 2,
  buffer_days: 0,
  time_off: [{ employee_id: 'E01', start: '2026-11-22', end: '2026-11-22' }],
  availability_overrides: [{ employee_id: 'E02', start: '2026-11-22', end: '2026-11-22', days: { sun: { from: '10:00', to: '16:00' } } }],
  working: [{ employee_id: 'E01', date: '2026-11-22' }],
  employees: [additionalPerson([], 'Event Specialist')],
  exceptions: [{ date: '2026-11-26', rotation: 'primary_lead', employee_id: 'E01' }],
  lock: ['2026-11-26'],
  unlock: ['2026-11-27'],
  fixed: [{ ref: 7, employee_id: 'E01', date: '2026-11-26' }],
  forbidden: forbiddenPlaces(7, 'E01', '2026-11-26', '2026-11-28'),
  callout: { employee_id: 'E01', from: '2026-11-22', to: '2026-11-23', moves: 'any' },
};

describe('a question', () => {
  it.each<[TrialChange, string[]]>([
    [{}, []],
    [{ working: [{ employee_id: 'E01', date: '2026-11-22' }] }, ['Rosa works on Sun 22 Nov']],
    [{ time_off: [{ employee_id: 'E02', start: '2026-11-22', end: '2026-11-22' }] }, ['Nico is off on Sun 22 Nov']],
    [{ time_off: [{ employee_id: 'E02', start: '2026-11-22', end: '2026-11-24' }] }, ['Nico is off from 22 Nov to 24 Nov']],
    [
      {
        availability_overrides: [
          { employee_id: 'E02', start: '2026-11-22', end: '2026-11-22', days: { sun: { from: '10:00', to: '16:00' } } },
        ],
      },
      ['Nico can work 10:00 am to 4:00 pm on Sun 22 Nov'],
    ],
    [{ exceptions: [{ date: '2026-11-26', rotation: 'primary_lead', employee_id: 'E01' }] }, ['Rosa is the primary lead on Thu 26 Nov']],
    [{ lock: ['2026-11-26'], unlock: ['2026-11-27'] }, ['Thu 26 Nov is locked', 'Fri 27 Nov is unlocked']],
    [{ fixed: [{ ref: 7, employee_id: 'E01', date: '2026-11-26' }] }, ['Peach Tea is with Rosa on Thu 26 Nov']],
    [{ forbidden: forbiddenPlaces(7, 'E01', '2026-11-26', '2026-11-28') }, ['Peach Tea is not with Rosa']],
    [{ forbidden: [{ ref: 8, employee_id: 'E09', date: '2026-11-26' }] }, ['event 8 is not with E09 on Thu 26 Nov']],
    [
      { callout: { employee_id: 'E01', from: '2026-11-22', to: '2026-11-22', moves: 'any' } },
      ['Rosa is out on Sun 22 Nov while any others may move'],
    ],
    [{ employees: [additionalPerson([], 'Event Specialist')] }, ['there is one more Event Specialist']],
    [{ block_capacity: 2, buffer_days: 0 }, ['a block serves 2 Core', 'planning begins today']],
    [{ buffer_days: 5 }, ['planning begins 5 days from today']],
    [{ weights: { rotation: 1.5 } }, ['“Rotation” counts 1.5 times']],
    [{ weights: { rotation: 1 } }, ['“Rotation” counts 1 time']],
  ])('%j has the words %j', (change, expected) => expect(words(change)).toEqual(expected));

  it.each<[string, string[]]>([
    ['What if nothing is different?', []],
    ['What if Thu 26 Nov is unlocked?', ['Thu 26 Nov is unlocked']],
    ['What if Mac and Cheese is with Rosa?', ['Mac and Cheese is with Rosa']],
    ['What if Rosa works on Sun 22 Nov, and Mac and Cheese is with Rosa?', ['Rosa works on Sun 22 Nov', 'Mac and Cheese is with Rosa']],
    ['What if a, b, and c?', ['a', 'b', 'c']],
  ])('is one sentence: %s', (sentence, pieces) => expect(questionWords(pieces.map((words) => ({ words, change: {} })))).toBe(sentence));

  it('takes another change; if both change the same, the later one counts', () => {
    const first: TrialChange = { fixed: [{ ref: 7, employee_id: 'E01', date: '2026-11-26' }], weights: { rotation: 2 } };
    const both = combined(first, { fixed: [{ ref: 7, employee_id: 'E02', date: '2026-11-27' }], weights: { fairness: 0 }, buffer_days: 1 });
    expect(both).toEqual({
      fixed: [{ ref: 7, employee_id: 'E02', date: '2026-11-27' }],
      weights: { rotation: 2, fairness: 0 },
      buffer_days: 1,
    });
    expect(first.fixed).toHaveLength(1);
  });

  it('adds new people beside those who are saved by now', () => {
    const one = { employees: [additionalPerson([], 'Event Specialist')] };
    expect(newPeopleWords({ buffer_days: 0 })).toBe('');
    expect(newPeopleWords(one)).toBe('The question adds a new person: leave out who is in Team by now before you try again.');
  });

  it.each([
    [['fixed[0].ref'], 'The question names an event that is neither open nor posted any more. Leave that out, then try again.'],
    [
      ['forbidden[3].ref', 'working[0].employee_id'],
      'The question names an event that is neither open nor posted any more and a person who is no longer in the team. Leave that out, then try again.',
    ],
    [['weights.fairness'], 'the club cannot be changed like this.'],
  ])('that names what is gone says so: %j', (paths, words) => {
    const faults = paths.map((path) => ({ path, found: '9', expected: 'another' }));
    const error = new ApiError(422, 'INVALID_CHANGE', 'the club cannot be changed like this', { faults });
    expect(trialRefusalWords(error)).toBe(words);
  });

  it('gives each new person another id, also after one was removed', () => {
    const [first, second] = [
      additionalPerson([], 'Event Specialist'),
      additionalPerson([additionalPerson([], 'Event Specialist')], 'Event Specialist'),
    ];
    expect([first.id, second.id, additionalPerson([second], 'Event Specialist').id]).toEqual(['new-1', 'new-2', 'new-3']);
  });

  it('can lose each of its changes', () => {
    let change: TrialChange = {
      working: [{ employee_id: 'E01', date: '2026-11-22' }],
      lock: ['2026-11-26', '2026-11-27'],
      weights: { rotation: 2, fairness: 0 },
      buffer_days: 1,
    };
    for (let n = piecesOf(change, namer).length; n; n--) {
      change = withoutPiece(change, piecesOf(change, namer)[0]);
      expect(piecesOf(change, namer)).toHaveLength(n - 1);
    }
    expect(isNothing(change)).toBe(true);
  });

  it.each(Object.entries(whole))(
    'about %s is the same after it was read from an address, has words, and can be taken out',
    (name, value) => {
      for (const change of [{ [name]: value } as TrialChange, whole]) {
        const query = new URLSearchParams({ ask: written(change) }).toString();
        expect(readQuestion(new URLSearchParams(query).get('ask'))).toEqual(change);
      }
      const pieces = piecesOf({ [name]: value }, namer);
      expect(pieces).toHaveLength(1);
      expect(withoutPiece(whole, pieces[0])).not.toHaveProperty(name);
      expect(combined({}, pieces[0].change)).toEqual({ [name]: value });
    },
  );

  it.each([
    null,
    '',
    'x',
    '[]',
    '7',
    '{"anything":1}',
    '{"lock":"2026-11-26"}',
    '{"fixed":[{"ref":"7"}]}',
    '{"weights":{"rotation":"2"}}',
    '{"exceptions":[{"employee_id":"E1","date":"d","rotation":"x"}]}',
    '{"exceptions":[{"employee_id":"E1","date":"d","rotation":"toString"}]}',
    '{"callout":{"employee_id":"E1","from":"d","to":"d","moves":"all"}}',
    '{"toString":1}',
  ])('is null for the text %s', (text) => expect(readQuestion(text)).toBeNull());

  it('forbids a person on every day of an event, up to the limit of a trial', () => {
    expect(forbiddenPlaces(7, 'E01', '2026-11-26', '2026-11-28').map((row) => row.date)).toEqual([
      '2026-11-26',
      '2026-11-27',
      '2026-11-28',
    ]);
    expect(forbiddenPlaces(7, 'E01', '2026-01-01', '2026-12-31')).toHaveLength(50);
  });

  it('names the pages on which its assumptions can be saved', () => {
    const change: TrialChange = {
      working: [{ employee_id: 'E01', date: '2026-11-22' }],
      unlock: ['2026-11-26'],
      fixed: [{ ref: 7, employee_id: 'E01', date: '2026-11-26' }],
      buffer_days: 0,
      block_capacity: 2,
    };
    expect(placesToSave(change, namer).map((one) => one.words)).toEqual([
      'Rosa in Team',
      'Thu 26 Nov in the calendar',
      'Planning in Settings',
    ]);
  });
});
