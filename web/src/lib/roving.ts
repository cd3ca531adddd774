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

interface Stops {
  /** The tab stop at first, and after a change of the content or of a pressed button if no button or link inside has the focus. */
  first: (stops: HTMLElement[]) => HTMLElement | undefined;
  /** The element to which a key moves the focus; undefined for other keys, and where there is none in that direction. */
  next: (key: string, from: HTMLElement) => HTMLElement | undefined;
}

function keepOneTabStop(box: HTMLElement, { first, next }: Stops) {
  const makeTabStop = (chosen: HTMLElement | undefined) => {
    for (const stop of stopsIn(box)) stop.tabIndex = stop === chosen ? 0 : -1;
  };
  const renew = () => {
    const all = stopsIn(box);
    makeTabStop(all.find((stop) => stop === document.activeElement) ?? first(all));
  };
  const onFocus = (event: FocusEvent) => makeTabStop((event.target as Element).closest<HTMLElement>(STOPS) ?? undefined);
  const onKey = (event: KeyboardEvent) => {
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
  box.addEventListener('focusin', onFocus);
  box.addEventListener('keydown', onKey);
  renew();
  return () => {
    watch.disconnect();
    box.removeEventListener('focusin', onFocus);
    box.removeEventListener('keydown', onKey);
  };
}

/**
 * For `{@attach roving}`: the last focused button or link is the tab stop. At first, and after a change without the focus inside, it is
 * the pressed button, or else the first one.
 */
export const roving = (row: HTMLElement) =>
  keepOneTabStop(row, {
    first: (all) => all.find((stop) => stop.ariaPressed === 'true') ?? all[0],
    next: (key, from) => {
      const all = stopsIn(row);
      return all[nextStop(key, all.indexOf(from), all.length) ?? -1];
    },
  });

/**
 * For `{@attach rovingTable}`: at first the first entry is the tab stop. Left and right stay in the row; up and down go through the
 * entries of a cell, then to the nearest button or link of the row above or below.
 */
export const rovingTable = (table: HTMLElement) =>
  keepOneTabStop(table, {
    first: (all) => all.find((stop) => stop.dataset.item) ?? all[0],
    next: (key, from) => {
      const rows = [...table.querySelectorAll('tr')].map(stopsIn).filter((row) => row.length);
      const at = rows.findIndex((row) => row.includes(from));
      const rowStops = rows[at] ?? [];
      if (key === 'ArrowDown' || key === 'ArrowUp') {
        // Entries of one cell are stacked.
        const step = key === 'ArrowDown' ? 1 : -1;
        const beside = rowStops[rowStops.indexOf(from) + step];
        if (beside && beside.parentElement === from.parentElement) return beside;
        return nearest(rows[at + step] ?? [], from);
      }
      return rowStops[nextStop(key, rowStops.indexOf(from), rowStops.length) ?? -1];
    },
  });

function nearest(stops: HTMLElement[], to: HTMLElement): HTMLElement | undefined {
  const { left } = to.getBoundingClientRect();
  const distance = (one: HTMLElement) => Math.abs(one.getBoundingClientRect().left - left);
  return stops.toSorted((a, b) => distance(a) - distance(b))[0];
}
