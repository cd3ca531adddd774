import { describe, expect, it } from 'vitest';
import { answerRows, candidateWords } from '../src/lib/ask-rows';
import { replaced } from '../src/lib/replaced';

const shift = {
  event: 619_044,
  name: '26-11 619044-LKD-AF-Cherry Salad (1) - V2-CORE',
  type: 'Core',
  start: '2026-11-27T10:15',
  minutes: 390,
};

describe('answers as rows', () => {
  it.each([
    [
      'who_is_free',
      {
        event: null,
        days: [
          { date: '2026-11-27', closed: null, start: null, free: [{ id: 'E1', name: 'Avery Quill', points: null, week_hours: 12.5 }] },
          { date: '2026-11-28', closed: 'holiday', start: null, free: [] },
          { date: '2026-11-29', closed: null, start: '2026-11-29T10:15', free: [{ id: 'E2', name: 'Blake', points: -3, week_hours: 1 }] },
        ],
      },
      [
        { title: 'Fri 27 Nov', detail: 'Avery Quill (12.5 h that week)' },
        { title: 'Sat 28 Nov', detail: 'holiday' },
        { title: 'Sun 29 Nov, from 10:15 am', detail: 'Blake (−3)' },
      ],
    ],
    [
      'person_schedule',
      { shifts: [shift], proposed: [{ ...shift, start: '2026-11-28T09:45' }] },
      [
        { title: 'Cherry Salad 619044', detail: 'Fri 27 Nov 10:15 am, 6.5 h' },
        { title: 'Cherry Salad 619044', detail: 'Sat 28 Nov 9:45 am, 6.5 h, proposed' },
      ],
    ],
    [
      'explain_event',
      {
        event: shift,
        posted: null,
        planned: { person: { id: 'E1', name: 'Avery' }, start: '2026-11-27T10:15' },
        reason: null,
        runner_up: { person: { id: 'E2', name: 'Blake' }, date: '2026-11-28', points_lost: 4 },
      },
      [
        { title: 'Cherry Salad 619044', detail: 'proposed: Avery, Fri 27 Nov 10:15 am' },
        { title: 'Next best', detail: 'Blake on Sat 28 Nov, −4 points' },
      ],
    ],
    [
      'fairness',
      {
        people: [
          { id: 'E2', name: 'Zoe', debt: 2 },
          { id: 'E1', name: 'Avery', debt: -1 },
        ],
      },
      [
        { title: 'Avery', detail: 'had 1 Core more than a fair share' },
        { title: 'Zoe', detail: 'is owed 2 Core' },
      ],
    ],
  ])('%s', (tool, answer, rows) => expect(answerRows(tool, answer)).toEqual(rows));

  it('are missing for an unknown tool or shape', () => {
    expect(answerRows('constructor', {})).toEqual([]);
    expect(answerRows('who_is_free', { days: 'many' })).toEqual([]);
  });

  it('names a candidate by name, or by id if two have the same name', () => {
    const two = [
      { id: 'E1', name: 'Avery Quill' },
      { id: 'E2', name: 'Avery Quill' },
      { id: 'E3', name: 'Avery Moss' },
    ];
    expect(two.map((one) => candidateWords(one, two))).toEqual(['E1', 'E2', 'Avery Moss']);
    expect(replaced('Why is avery out', 'Avery', 'Avery Moss')).toBe('Why is Avery Moss out');
  });
});
