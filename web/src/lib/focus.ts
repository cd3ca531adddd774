/** Gives the focus back to where it was: after a dialog or a panel has closed, and when Back shows a page again. */

const FOCUSABLE = 'a[href], button, input, select, textarea, summary';
/** Maximum time to watch a focus that was given back: the element that has it may be removed once the server has answered. */
const WATCH_MS = 15_000;
/** Maximum wait for a page that is drawn again. */
const DRAWN_MS = 3_000;

/** Where the focus was. */
export interface Place {
  /** The same element, or the one that was drawn in its place. */
  same: () => HTMLElement | null;
  /** The nearest that is left. */
  nearest: () => HTMLElement | null;
}

const canHaveFocus = (one: HTMLElement | null | undefined) => !!one?.isConnected && !one.matches(':disabled') && one.checkVisibility();
const allIn = (box: Element) => [...box.querySelectorAll<HTMLElement>(FOCUSABLE)];
/** What an element is called; the same once its page is drawn again. */
const nameOf = (one: Element) => [one.tagName, one.getAttribute('href'), one.getAttribute('aria-label') ?? one.textContent].join(' ');
const isNowhere = () => !document.activeElement || document.activeElement === document.body;

/** Where the focus was before each open dialog. */
const beforeDialog = new WeakMap<Element, Place | null>();

/** Where the focus is now; null if nothing has it. */
export function placeOfFocus(): Place | null {
  const at = document.activeElement;
  if (!(at instanceof HTMLElement) || at === document.body) return null;
  const box = at.closest('dialog, main') ?? document.body;
  const all = allIn(box);
  const n = all.filter((one) => one.compareDocumentPosition(at) & Node.DOCUMENT_POSITION_FOLLOWING).length;
  const name = nameOf(at);
  const twins = (among: HTMLElement[]) => among.filter((one) => nameOf(one) === name);
  const nth = twins(all).indexOf(at);
  const outer = beforeDialog.get(box);

  const same = () => {
    const found = at.isConnected ? at : twins(allIn(box))[nth];
    return canHaveFocus(found) ? found : (outer?.same() ?? null);
  };
  const nearest = () => {
    for (let far = 0; far < all.length; far++)
      for (const one of [all[n + far], all[n - far]]) if (one !== at && canHaveFocus(one)) return one;
    // The page was drawn again.
    const now = allIn(box).filter(canHaveFocus);
    return now[Math.min(n, now.length - 1)] ?? outer?.same() ?? outer?.nearest() ?? document.getElementById('main');
  };
  return { same, nearest };
}

/** Notes where the focus is before a dialog opens. Returns what must be called when the dialog has closed. */
export function noteFocus(dialog: Element): () => void {
  const place = placeOfFocus();
  beforeDialog.set(dialog, place);
  return () => place && giveBack(place);
}

/** Moves the focus from what is about to be removed to what had it before, or else to the first control of the page. */
export function leaveTo(before: HTMLElement | null) {
  const main = document.getElementById('main');
  const last = canHaveFocus(before) ? before : null;
  (last ?? (main && allIn(main).find(canHaveFocus)) ?? main)?.focus({ preventScroll: true });
}

let stop = () => {};

/** Ends giving the focus back, because another page is shown. */
export const stopGivingBack = () => stop();

/**
 * Gives the focus back as soon as nothing has it, and again if the element that has it is removed, until somebody presses a key or a
 * button.
 */
export function giveBack(place: Place, isBeingDrawn = false) {
  stop();
  let waits = isBeingDrawn;
  let given: Element | null = null;
  const look = () => {
    if (isNowhere()) (place.same() ?? (waits ? null : place.nearest()))?.focus({ preventScroll: !isBeingDrawn });
    if (isNowhere()) return;
    if (given && given !== document.activeElement && given.isConnected) stop();
    given = document.activeElement;
  };
  const watch = new MutationObserver(look);
  watch.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ['disabled', 'open'] });
  const presses = new AbortController();
  for (const press of ['keydown', 'pointerdown']) addEventListener(press, () => stop(), { capture: true, signal: presses.signal });
  const timers = [
    setTimeout(() => {
      waits = false;
      look();
    }, DRAWN_MS),
    setTimeout(() => stop(), WATCH_MS),
  ];
  stop = () => {
    watch.disconnect();
    presses.abort();
    timers.forEach(clearTimeout);
  };
  look();
}

/** Gives the focus to an element as soon as it is drawn, unless something else has the focus. */
export function focusOn(selector: string) {
  const same = () => {
    const found = document.querySelector<HTMLElement>(selector);
    return canHaveFocus(found) ? found : null;
  };
  giveBack({ same, nearest: () => document.getElementById('main') }, true);
}
