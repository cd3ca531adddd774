import { readdirSync, readFileSync } from 'node:fs';
import * as lucide from 'lucide';
import type { IconNode } from 'lucide';
import { expect, test } from 'vitest';
import { pathOf } from '../src/lib/icon-path';

test('each kind of element becomes a path', () => {
  expect(pathOf([['path', { d: 'm9 18 6-6-6-6' }]])).toBe('M0 0m9 18 6-6-6-6');
  expect(pathOf([['line', { x1: 1, x2: 3, y1: 2, y2: 4 }]])).toBe('M1 2L3 4');
  expect(pathOf([['circle', { cx: 12, cy: '12', r: '10' }]])).toBe('M2 12a10 10 0 1 0 20 0a10 10 0 1 0 -20 0z');
  expect(pathOf([['rect', { x: 3, y: 4, width: 18, height: 10 }]])).toBe('M3 4h18v10h-18v-10z');
  expect(pathOf([['rect', { x: 3, y: 4, width: 18, height: 10, rx: 2 }]])).toBe(
    'M5 4h14a2 2 0 0 1 2 2v6a2 2 0 0 1 -2 2h-14a2 2 0 0 1 -2 -2v-6a2 2 0 0 1 2 -2z',
  );
});

test('every icon that the client uses has a path without gaps, and no attribute that a path would lose', () => {
  const source = (dir: string): string =>
    readdirSync(dir, { withFileTypes: true })
      .map((one) => (one.isDirectory() ? source(`${dir}/${one.name}`) : readFileSync(`${dir}/${one.name}`, 'utf8')))
      .join('\n');
  const imports = [...source('src').matchAll(/import \{([^}]*)\} from 'lucide'/g)].flatMap(([, names]) => names.split(','));
  const names = new Set(imports.map((name) => name.trim().split(' as ')[0]).filter((name) => name && !name.startsWith('type ')));
  names.delete('IconNode');
  expect(names.size).toBeGreaterThan(50);
  const shape = new Set('d x y x1 x2 y1 y2 cx cy r rx ry width height'.split(' '));
  for (const name of names) {
    const icon = (lucide as unknown as Record<string, IconNode>)[name];
    expect(pathOf(icon), name).not.toMatch(/undefined|NaN/);
    expect(
      icon.flatMap(([, at]) => Object.keys(at)).filter((attribute) => !shape.has(attribute)),
      name,
    ).toEqual([]);
  }
});
