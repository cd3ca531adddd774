import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Lock {
  packages: Record<string, { engines?: { node?: string } }>;
}
type Version = [number, number, number];

/** Whether a version of Node is in a range. Understands only what engines in the lock file use. */
function satisfies(version: Version, range: string): boolean {
  return range.split('||').some((term) => {
    const parts = /^(\^|>=)?\s*(\d+)(?:\.(\d+))?(?:\.(\d+))?$/.exec(term.trim());
    if (!parts) throw new Error(`unknown range ${range}`);
    const least = [parts[2], parts[3] ?? '0', parts[4] ?? '0'].map(Number);
    const difference = version.map((number, n) => number - least[n]).find((less) => less !== 0) ?? 0;
    return difference >= 0 && (parts[1] === '>=' || version[0] === least[0]);
  });
}

const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')) as Lock;
const ours = lock.packages['']?.engines?.node ?? '';
const versions = [18, 19, 20, 21, 22, 23, 24, 25, 26].flatMap((major) =>
  Array.from({ length: 26 }, (_, minor): Version => [major, minor, 0]),
);

describe('the version of Node', () => {
  it('is the same in package.json and in the lock file', () => {
    const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as Lock['packages'][''];
    expect(manifest.engines?.node).toBe(ours);
  });

  it('is allowed by every package that is installed', () => {
    const refused = Object.entries(lock.packages).flatMap(([name, { engines }]) => {
      const range = engines?.node;
      const version = range && versions.find((one) => satisfies(one, ours) && !satisfies(one, range));
      return version ? [`${name} refuses ${version.join('.')}: ${range}`] : [];
    });
    expect(refused).toEqual([]);
  });

  it.each([
    ['20.18.0', false],
    ['20.19.0', true],
    ['21.0.0', false],
    ['22.12.0', false],
    ['22.13.0', true],
    ['23.5.0', false],
    ['24.0.0', true],
    ['26.1.0', true],
  ])('%s is allowed: %s', (version, allowed) => {
    expect(satisfies(version.split('.').map(Number) as Version, ours)).toBe(allowed);
  });
});
