import { render } from 'svelte/server';
import { expect, it, vi } from 'vitest';
import type { Choices } from '../src/lib/api-types';
import type { Item } from '../src/lib/plan-items';

let choices: Choices;
vi.stubGlobal('location', new URL('http://127.0.0.1/#/calendar'));
vi.stubGlobal('history', { state: null, replaceState: () => undefined });
vi.stubGlobal('addEventListener', () => undefined);
vi.mock('../src/lib/review/queries', () => ({
  eventChoicesQuery: () => ({
    get data() {
      return choices;
    },
    error: null,
    isLoading: false,
  }),
}));
const { default: ItemDetails } = await import('../src/ui/calendar/ItemDetails.svelte');

const item = {
  id: 'posted.101',
  kind: 'posted',
  ref: 101,
  title: 'Cherry Salad',
  number: '',
  type: 'Core',
  who: 'E01',
  whoName: 'Avery Quill',
  day: '2026-11-27',
  at: 615,
  minutes: 390,
} as unknown as Item;

const person = (id: string, name: string, points: number) => ({ employee_id: id, employee_name: name, is_present: false, points });
const html = () =>
  render(ItemDetails, {
    props: { item, person: undefined, isTeamLoaded: false, closed: undefined, today: '2026-11-23', close: () => undefined },
  }).body;

it('names the people who could work a posted event, even if its holder has the best points on more days than are listed', () => {
  const days = ['24', '25', '26', '28', '29', '30'].map((day) => ({
    date: `2026-11-${day}`,
    start: null,
    people: [person('E01', 'Avery Quill', 10), person('E02', 'Blake Marsh', 5)],
    cannot: [],
  }));
  choices = { plan_version: 1, days };
  expect(html()).toContain('Blake Marsh');
  expect(html()).not.toContain('nobody else is free');
  choices = { plan_version: 1, days: days.map((day) => ({ ...day, people: day.people.slice(0, 1) })) };
  expect(html()).toContain('nobody else is free');
});
