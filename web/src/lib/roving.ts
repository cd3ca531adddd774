/** One tab stop for a row of buttons and links: arrow keys, Home and End move inside it. */

const FORWARD = ['ArrowRight', 'ArrowDown'];
const BACKWARD = ['ArrowLeft', 'ArrowUp'];
const STOPS = 'button:not([disabled]), a[href]';

/** The index to which a key moves the focus; null for other keys. */
export function nextStop(key: string, at: number, count: number): number | null {
  if (!count) return null;
  if (FORWARD.includes(key)) return (at + 1) % count;
  if (BACKWARD.includes(key)) return (at - 1 + count) % count;
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : null;
}

/** For `{@attach roving}`: the pressed button, or the last focused one, is the tab stop. */
export function roving(row: HTMLElement) {
  const stops = () => [...row.querySelectorAll<HTMLElement>(STOPS)];
  const stopAt = (one: HTMLElement | undefined) => {
    for (const stop of stops()) stop.tabIndex = stop === one ? 0 : -1;
  };
  const renew = () => {
    const all = stops();
    const inside = all.find((stop) => stop === document.activeElement);
    stopAt(inside ?? all.find((stop) => stop.ariaPressed === 'true') ?? all[0]);
  };
  const focused = (event: FocusEvent) => stopAt((event.target as Element).closest<HTMLElement>(STOPS) ?? undefined);
  const pressed = (event: KeyboardEvent) => {
    const all = stops();
    const next = nextStop(
      event.key,
      all.findIndex((stop) => stop === event.target),
      all.length,
    );
    if (next === null || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    // The page's own arrow commands must not run as well.
    event.stopPropagation();
    all[next].focus();
  };
  const watch = new MutationObserver(renew);
  watch.observe(row, { childList: true, subtree: true, attributes: true, attributeFilter: ['aria-pressed', 'disabled'] });
  row.addEventListener('focusin', focused);
  row.addEventListener('keydown', pressed);
  renew();
  return () => {
    watch.disconnect();
    row.removeEventListener('focusin', focused);
    row.removeEventListener('keydown', pressed);
  };
}
