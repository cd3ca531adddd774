/** One tab stop for a row or a grid of buttons and links: arrow keys, Home and End move inside it. */

const FORWARD = ['ArrowRight', 'ArrowDown'];
const BACKWARD = ['ArrowLeft', 'ArrowUp'];
const STOPS = 'button:not([disabled]), a[href]';

const stopsIn = (box: Element) => [...box.querySelectorAll<HTMLElement>(STOPS)];

/** The index to which a key moves the focus; null for other keys. */
export function nextStop(key: string, at: number, count: number): number | null {
  if (!count) return null;
  if (FORWARD.includes(key)) return (at + 1) % count;
  if (BACKWARD.includes(key)) return (at - 1 + count) % count;
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : null;
}

interface Moves {
  /** The tab stop while no button or link inside has the focus. */
  first: (stops: HTMLElement[]) => HTMLElement | undefined;
  /** The element to which a key moves the focus; undefined for other keys. */
  next: (key: string, from: HTMLElement) => HTMLElement | undefined;
}

function oneStop(box: HTMLElement, { first, next }: Moves) {
  const stopAt = (one: HTMLElement | undefined) => {
    for (const stop of stopsIn(box)) stop.tabIndex = stop === one ? 0 : -1;
  };
  const renew = () => {
    const all = stopsIn(box);
    stopAt(all.find((stop) => stop === document.activeElement) ?? first(all));
  };
  const focused = (event: FocusEvent) => stopAt((event.target as Element).closest<HTMLElement>(STOPS) ?? undefined);
  const pressed = (event: KeyboardEvent) => {
    const from = (event.target as Element).closest<HTMLElement>(STOPS);
    const to = from && !event.ctrlKey && !event.metaKey && !event.altKey ? next(event.key, from) : undefined;
    if (!to) return;
    event.preventDefault();
    // The page's own arrow commands must not run as well.
    event.stopPropagation();
    to.focus();
  };
  const watch = new MutationObserver(renew);
  watch.observe(box, { childList: true, subtree: true, attributes: true, attributeFilter: ['aria-pressed', 'disabled'] });
  box.addEventListener('focusin', focused);
  box.addEventListener('keydown', pressed);
  renew();
  return () => {
    watch.disconnect();
    box.removeEventListener('focusin', focused);
    box.removeEventListener('keydown', pressed);
  };
}

/** For `{@attach roving}`: the pressed button, or the last focused one, is the tab stop. */
export const roving = (row: HTMLElement) =>
  oneStop(row, {
    first: (all) => all.find((stop) => stop.ariaPressed === 'true') ?? all[0],
    next: (key, from) => {
      const all = stopsIn(row);
      return all[nextStop(key, all.indexOf(from), all.length) ?? -1];
    },
  });

/**
 * For `{@attach rovingTable}`: the first entry is the tab stop. Left and right stay in the row; up and down go through the entries of a
 * cell, then to the nearest entry of the next row.
 */
export const rovingTable = (table: HTMLElement) =>
  oneStop(table, {
    first: (all) => all.find((stop) => stop.dataset.item) ?? all[0],
    next: (key, from) => {
      const rows = [...table.querySelectorAll('tr')].map(stopsIn).filter((row) => row.length);
      const at = rows.findIndex((row) => row.includes(from));
      const own = rows[at] ?? [];
      if (key === 'ArrowDown' || key === 'ArrowUp') {
        // Entries of one cell are stacked.
        const below = own[own.indexOf(from) + (key === 'ArrowDown' ? 1 : -1)];
        if (below && below.parentElement === from.parentElement) return below;
        return nearest(rows[at + (key === 'ArrowDown' ? 1 : -1)] ?? [], from);
      }
      return own[nextStop(key, own.indexOf(from), own.length) ?? -1];
    },
  });

function nearest(stops: HTMLElement[], to: HTMLElement): HTMLElement | undefined {
  const { left } = to.getBoundingClientRect();
  const far = (one: HTMLElement) => Math.abs(one.getBoundingClientRect().left - left);
  return stops.toSorted((a, b) => far(a) - far(b))[0];
}
