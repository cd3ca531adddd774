/** The floor of a day: every event is drawn at its own hour, in full, and covers no other. */
import { expect, it } from 'vitest';
import { hoursOf, rowsOf } from '../src/lib/floor-rows';

const at = (time: string, minutes: number) => ({ at: Number(time.slice(0, 2)) * 60 + Number(time.slice(3)), minutes });
/** The width in pixels of a lane on a phone, on a phone on its side, and on a wide screen. */
const LANE_WIDTHS = [259, 560, 900];
const SQUARE_PX = 34;

const days = {
  'ten short events in two hours': ['10:00', '10:30', '10:30', '11:00', '11:00', '11:30', '12:00', '12:00', '12:00', '12:00'].map((time) =>
    at(time, 5),
  ),
  'two Core at the same time': [at('10:15', 390), at('10:15', 390)],
  'a Core and its Supervisor': [at('10:15', 390), at('12:00', 5)],
  'one after the other': [at('10:00', 60), at('11:00', 60)],
  'a short event at the end of the day': [at('18:50', 5), at('20:50', 5)],
  nothing: [],
};

it.each(Object.entries(days))('draws every event in full and without overlap: %s', (_, items) => {
  for (const lane of LANE_WIDTHS) {
    const hours = hoursOf(items, 540, 1140, lane);
    const rows = rowsOf(items, hours, lane);
    const px = (minutes: number) => (minutes / (hours.last - hours.first)) * lane;
    expect(rows.flat().toSorted((a, b) => a.at - b.at)).toEqual(items.toSorted((a, b) => a.at - b.at));
    for (const row of rows) {
      const boxes = row.map((item) => ({
        left: px(item.at - hours.first),
        right: px(item.at - hours.first) + (item.minutes < 60 ? SQUARE_PX : px(item.minutes)),
      }));
      boxes.forEach((box, n) => expect(box.left).toBeGreaterThanOrEqual((boxes[n - 1]?.right ?? 0) - 0.01));
      boxes.forEach((box) => expect(box.right, `${lane} px`).toBeLessThanOrEqual(lane + 0.01));
    }
  }
});

it('takes no more rows than it needs', () => {
  const rows = (items: ReturnType<typeof at>[]) => rowsOf(items, hoursOf(items, 540, 1140, 900), 900).length;
  expect(Object.values(days).map(rows)).toEqual([4, 2, 2, 1, 1, 0]);
});
