/** Icons as a single path each: a page has a hundred icons, and several elements each cost several times as much. */
import type { IconNode } from 'lucide';

type Attributes = Record<string, string | number | undefined>;

/** The path of each kind of element that the icons have. After `M0 0`, a relative first move counts from the origin. */
const paths: Record<string, (at: Attributes, n: (name: string) => number) => string> = {
  path: ({ d }) => `M0 0${d}`,
  line: (_, n) => `M${n('x1')} ${n('y1')}L${n('x2')} ${n('y2')}`,
  circle: (_, n) => `M${n('cx') - n('r')} ${n('cy')}a${n('r')} ${n('r')} 0 1 0 ${2 * n('r')} 0a${n('r')} ${n('r')} 0 1 0 ${-2 * n('r')} 0z`,
  rect(at, n) {
    const [rx, ry] = [at.rx ?? at.ry ?? 0, at.ry ?? at.rx ?? 0].map(Number);
    const corner = (x: number, y: number) => (rx && ry ? `a${rx} ${ry} 0 0 1 ${x} ${y}` : '');
    const [wide, high] = [n('width') - 2 * rx, n('height') - 2 * ry];
    return `M${n('x') + rx} ${n('y')}h${wide}${corner(rx, ry)}v${high}${corner(-rx, ry)}h${-wide}${corner(-rx, -ry)}v${-high}${corner(rx, -ry)}z`;
  },
};

const pathCache = new WeakMap<IconNode, string>();

/** The `d` of an icon's path. */
export function pathOf(icon: IconNode): string {
  let path = pathCache.get(icon);
  if (path === undefined) {
    path = icon.map(([tag, at]) => paths[tag](at as Attributes, (name) => Number((at as Attributes)[name] ?? 0))).join('');
    pathCache.set(icon, path);
  }
  return path;
}
