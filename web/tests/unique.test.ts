import { expect, it } from 'vitest';
import { uniqueBy } from '../src/lib/unique';

it.each([
  ['nothing', [], []],
  ['no repeats', ['a1', 'b1'], ['a1', 'b1']],
  ['a repeat: the last one, at the place of the first', ['a1', 'b1', 'a2'], ['a2', 'b1']],
])('keeps each key once: %s', (_, items: string[], kept) => expect(uniqueBy(items, ([key]) => key)).toEqual(kept));
