/** What the server's ranked choices for a line come to, for a person who picks one. */
import type { Choice, Choices } from '../api-types';

export const isLegal = (choice: Choice) => choice.violations.length === 0;

export function onDay(choices: Choices, day: string): { can: Choice[]; cannot: Choice[] } {
  const all = choices.choices.filter((choice) => choice.date === day);
  return { can: all.filter(isLegal), cannot: all.filter((choice) => !isLegal(choice)) };
}

/** Days on which the line may be at all. */
export const validDays = (choices: Choices) => choices.days.filter((day) => day.valid).map((day) => day.date);

/** The best ways to place a line, one for each person and day. */
export const waysToPlace = (choices: Choices, most = 4) => choices.choices.filter(isLegal).slice(0, most);

export type Stop = 'closed' | 'nobody' | 'trade' | 'open';

export interface DayStop {
  day: string;
  stop: Stop;
  text: string;
}

/** What stopped each day, in a few words. */
export function stops(choices: Choices): DayStop[] {
  return choices.days.map(({ date, valid, text }): DayStop => {
    if (!valid) return { day: date, stop: 'closed', text: text ?? 'Outside its dates' };
    const { can, cannot } = onDay(choices, date);
    const best = can[0];
    if (best) {
      const stop = best.points < 0 ? 'trade' : 'open';
      return { day: date, stop, text: stop === 'trade' ? `${best.employee_name} could, and the plan would lose points` : `${best.employee_name} could work it` };
    }
    if (!cannot.length) return { day: date, stop: 'nobody', text: 'Nobody may work it' };
    const least = cannot.reduce((a, b) => (b.violations.length < a.violations.length ? b : a));
    const others = cannot.length - 1;
    return { day: date, stop: 'nobody', text: `${least.violations[0].text}${others ? `, and ${others === 1 ? 'one other' : `${others} others`} cannot either` : ''}` };
  });
}

export const stopWords: Record<Stop, string> = { closed: 'not possible', nobody: 'nobody', trade: 'bad trade', open: 'possible' };
