import { describe, expect, it } from 'vitest';
import { applied, changedBy, knownWeights, readWishes } from '../src/lib/weight-words';
import { termWords } from '../src/lib/words';

const read = (text: string) =>
  readWishes(text).wishes.map(({ weight, amount }) => [weight, 'to' in amount ? `=${amount.to}` : amount.times]);

describe('what matters, in words', () => {
  it('knows every weight', () => expect([...knownWeights].sort()).toEqual(Object.keys(termWords).sort()));

  it.each([
    ['follow the rotation more', [['rotation', 1.5]]],
    ['Follow the rotation less.', [['rotation', 0.67]]],
    ["I don't care about the rotation", [['rotation', '=0']]],
    ['don’t care about fairness', [['fairness', '=0']]],
    ['do not care about moves', [['bump', '=0']]],
    ['ignore the rotation', [['rotation', '=0']]],
    ['follow the rotation much more', [['rotation', 2]]],
    ['the rotation is a bit less important', [['rotation', 0.8]]],
    ['rotation as usual', [['rotation', '=1']]],
    ['double fairness', [['fairness', 2]]],
    ['fairness above all', [['fairness', '=5']]],
    ['fewer moves', [['bump', 1.5]]],
    ['move less', [['bump', 1.5]]],
    ['more moves', [['bump', 0.67]]],
    ['spread core more evenly', [['fairness', 1.5]]],
    [
      'be fairer, and follow the rotation less',
      [
        ['fairness', 1.5],
        ['rotation', 0.67],
      ],
    ],
    [
      'fairer but fewer duplicates',
      [
        ['fairness', 1.5],
        ['duplicate_product', 1.5],
      ],
    ],
    ['juicer and lead matter more', [['rotation', 1.5]]],
    ['due dates matter more', [['urgency', 1.5]]],
    ['what i asked for counts much more', [['wish', 2]]],
    ['owed core more', [['ledger', 1.5]]],
  ])('%s', (text, wishes) => {
    expect(read(text)).toEqual(wishes);
    expect(readWishes(text).unknown).toEqual([]);
  });

  it.each(knownWeights.map((name) => [name, termWords[name].name]))('%s goes by its name on the page: %s', (weight, name) => {
    for (const [words, amount] of [
      [`${name} more`, 1.5],
      [`${name} less`, 0.67],
      [`don't care about ${name}`, '=0'],
    ] as const)
      expect(read(words)).toEqual([[weight, amount]]);
  });

  it.each([
    ['folow the rotaton more', 'rotation'],
    ['fairnes less', 'fairness'],
    ['weather more', null],
    ['deadlins', 'urgency'],
    ['rotation', 'rotation'],
  ])('what is not in the table is not guessed: %s', (text, first) => {
    const { wishes, unknown } = readWishes(text);
    expect(wishes).toEqual([]);
    expect(unknown).toHaveLength(1);
    expect(unknown[0].nearest.length).toBeGreaterThan(0);
    if (first) expect(unknown[0].nearest[0]).toBe(first);
  });

  it('keeps what it understands beside what it does not', () => {
    const { wishes, unknown } = readWishes('follow the rotation more, and cheaper fruit');
    expect(wishes.map((one) => one.weight)).toEqual(['rotation']);
    expect(unknown.map((one) => one.said)).toEqual(['cheaper fruit']);
    expect(readWishes('  ')).toEqual({ wishes: [], unknown: [] });
  });

  it.each([
    [1, { times: 1.5 }, 1.5],
    [1, { times: 0.67 }, 0.7],
    [4, { times: 1.5 }, 5],
    [0, { times: 1.5 }, 1],
    [0, { times: 0.67 }, 0],
    [2, { to: 0 }, 0],
  ])('%s by %j is %s', (weight, amount, expected) => expect(changedBy(weight, amount)).toBe(expected));

  it('changes only weights that the club has', () => {
    const { wishes } = readWishes('follow the rotation more, fairer');
    expect(applied({ rotation: 1, bump: 1 }, wishes)).toEqual({ rotation: 1.5, bump: 1 });
  });
});
