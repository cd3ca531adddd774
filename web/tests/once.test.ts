import { describe, expect, it } from 'vitest';
import { once } from '../src/lib/once';

describe('once', () => {
  it('loads at the first call, and returns the result at once afterwards', async () => {
    let loads = 0;
    const load = once(async () => ++loads);
    expect(await load()).toBe(1);
    expect(load()).toBe(1);
  });

  it('repeats a load that failed', async () => {
    let loads = 0;
    const load = once(async () => {
      if (++loads === 1) throw new Error('no connection');
      return loads;
    });
    await expect(load()).rejects.toThrow('no connection');
    expect(await load()).toBe(2);
  });
});
