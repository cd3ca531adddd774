import { describe, expect, it } from 'vitest';
import { ApiError } from '../src/lib/api';
import { replaced } from '../src/lib/replaced';
import { unknownOf, wishWords } from '../src/lib/weight-words';

const wish = (weight: string, before: number, after: number, factor: number | null, said = weight) => ({
  weight,
  before,
  after,
  factor,
  to: factor === null ? after : null,
  said,
});

describe('what matters, in words', () => {
  it.each([
    [wish('rotation', 1, 1.5, 1.5, 'rotation more'), 'Rotation: 1.0 → 1.5 (× 1.5: “rotation more”)'],
    [wish('fairness', 1, 0, 0, 'ignore fairness'), 'Fair spread: 1.0 → 0.0 (× 0: “ignore fairness”)'],
    [wish('fairness', 1, 1, null, 'fairness as usual'), 'Fair spread: stays 1.0 (set to 1: “fairness as usual”)'],
  ])('a wish is put into words: %j', (one, words) => expect(wishWords(one)).toBe(words));

  it.each([
    ['Folow the rotaton, fairer', 'folow the rotaton', 'rotation more, fairer'],
    ['don’t mind fruit, fairer', "don't mind fruit", 'rotation more, fairer'],
    ['cheaper   fruit', 'cheaper fruit', 'rotation more'],
  ])('%s: the part that is not understood is replaced', (text, said, expected) =>
    expect(replaced(text, said, 'rotation more')).toBe(expected),
  );

  it('reads the nearest phrases only from a refusal of unknown words', () => {
    const unknown = [{ said: 'weather more', nearest: [{ say: 'earlier', weight: 'earliness' }] }];
    expect(unknownOf(new ApiError(422, 'UNKNOWN_WORDS', 'not understood', { unknown }))).toEqual(unknown);
    expect(unknownOf(new ApiError(400, 'INVALID_TEXT', 'too long', {}))).toEqual([]);
    expect(unknownOf(new Error('offline'))).toEqual([]);
  });
});
