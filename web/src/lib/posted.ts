/** Problems of posted schedules that the client can see. */
import type { Choices, Employee } from './api-types';
import { spokenDay } from './dates';
import { withTitles } from './event-name';
import { awayOn, type Away } from './people';
import type { Item } from './plan-items';
import { closedAs, type Closed } from './review/days';
import { firstName } from './words';

const WHY: Record<NonNullable<Away>, string> = { off: 'is off', 'time off': 'has time off', 'has left': 'no longer works here' };

/** What is wrong with a posted entry, in words; `person` is undefined if they no longer work here. */
export function wrongWith(item: Item, person: Employee | undefined, closed: Closed | undefined, choices: Choices | undefined): string[] {
  const first = firstName(item.whoName);
  if (!person) return [`${first} no longer works here`];
  const away = awayOn(person, item.day);
  const shut = closedAs(item.day, closed);
  const refusal = choices?.days.find((day) => day.date === item.day)?.cannot.find((one) => one.employee_id === item.who);
  const words = [
    away && `${first} ${WHY[away]} on ${spokenDay(item.day)}`,
    shut === 'Holiday' && `${spokenDay(item.day)} is a company holiday`,
    // Availability is reported above.
    refusal && refusal.rule !== 'H2' && withTitles(refusal.words),
  ];
  // The server may give the same reason.
  return [...new Set(words)].filter((one) => typeof one === 'string');
}
