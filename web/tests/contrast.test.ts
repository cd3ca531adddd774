import { describe, expect, it } from 'vitest';
import tokens from '../src/styles/tokens.json';

type Palette = Record<string, string>;

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5]
    .map((i) => parseInt(hex.slice(i, i + 2), 16) / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function ratio(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

const TEXT = 4.5;
const MARK = 3;

/** Foreground, background and minimum contrast of every pair that pages use. */
function pairs(): [string, string, number][] {
  const all: [string, string, number][] = [];
  for (const ground of ['canvas', 'surface', 'sunken', 'raised']) {
    for (const ink of ['ink', 'ink-2', 'ink-3', 'accent-text', 'ok-text', 'warn-text', 'bad-text']) all.push([ink, ground, TEXT]);
    all.push(['line-strong', ground, MARK]);
  }
  for (const tone of ['ok', 'warn', 'bad', 'hold']) all.push([`${tone}-text`, `${tone}-soft`, TEXT], [tone, 'surface', MARK]);
  for (const ink of ['accent-text', 'ink', 'ink-2', 'ink-3']) all.push([ink, 'accent-soft', TEXT]);
  all.push(['accent-ink', 'accent', TEXT], ['canvas', 'ink', TEXT]);
  for (const type of tokens.types)
    all.push([`t-${type}-fg`, `t-${type}-bg`, TEXT], [`t-${type}-fg`, 'surface', TEXT], [`t-${type}-edge`, 'surface', MARK]);
  return all;
}

describe('every pair of colours has enough contrast', () => {
  for (const [theme, palette] of [
    ['light', tokens.light],
    ['dark', tokens.dark],
  ] as [string, Palette][]) {
    it(`in ${theme}`, () => {
      const low = pairs()
        .map(([ink, ground, least]) => ({ ink, ground, least, contrast: ratio(palette[ink], palette[ground]) }))
        .filter((pair) => !(pair.contrast >= pair.least));
      expect(low).toEqual([]);
    });
  }

  it('at least 156 pairs are checked', () => {
    expect(pairs().length * 2).toBeGreaterThanOrEqual(156);
  });

  it('the ratio is computed as WCAG defines it', () => {
    expect(ratio('#ffffff', '#000000')).toBeCloseTo(21, 5);
    expect(ratio('#ffffff', '#ff8c00')).toBeCloseTo(2.33, 2);
    expect(ratio('#ffffff', '#28a745')).toBeCloseTo(3.13, 2);
  });
});
