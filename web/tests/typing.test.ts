import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { preferences } from '../src/lib/preferences.svelte';
import { isTyping } from '../src/lib/typing';

class FakeElement {
  constructor(private readonly kind: string) {}
  closest = (selector: string) => (selector.split(', ').some((one) => one.startsWith(this.kind)) ? this : null);
}
const press = (key: string, { on = 'button', ...more }: { on?: string } & Partial<KeyboardEvent> = {}) =>
  ({ key, target: new FakeElement(on), ...more }) as unknown as KeyboardEvent;

beforeEach(() => vi.stubGlobal('Element', FakeElement));
afterEach(() => {
  preferences.keys = true;
  vi.unstubAllGlobals();
});

const CHARACTERS = ['j', 'G', '1', '?', '/'];
const OTHERS = ['ArrowLeft', 'ArrowRight', 'Enter', 'Escape', 'Home'];

describe('a key press', () => {
  it.each([...CHARACTERS, ...OTHERS])('%s is a command, but not in a text field, in a dialog or with a modifier', (key) => {
    expect(isTyping(press(key))).toBe(false);
    for (const on of ['select', 'textarea', 'dialog']) expect(isTyping(press(key, { on })), on).toBe(true);
    for (const held of ['ctrlKey', 'metaKey', 'altKey']) expect(isTyping(press(key, { [held]: true })), held).toBe(true);
  });

  it('of a character is no command once characters are switched off; other keys still are', () => {
    preferences.keys = false;
    expect(CHARACTERS.filter((key) => !isTyping(press(key)))).toEqual([]);
    expect(OTHERS.filter((key) => isTyping(press(key)))).toEqual([]);
  });

  it('of an arrow belongs to a group of radio buttons that has the focus', () => {
    expect(['ArrowDown', 'j', 'Enter'].map((key) => isTyping(press(key, { on: '[type=radio]' })))).toEqual([true, false, false]);
  });
});
