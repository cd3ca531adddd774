/** Titles of lines in the reasons of the server. */
import type { Line } from '../api-types';
import { eventName, withEventTitles } from '../event-name';
import { eventType } from '../event-types';
import { titleOfLine } from './rows';

/** The title of one event, with its type if an event of another type among these shares the title: `Cherry Salad (Core)`. */
function titleAmong(line: Line, lines: Line[]): string {
  const title = titleOfLine(line);
  const { label } = eventType(line.event_type);
  const isShared = ({ event_type, project_name }: Line) =>
    event_type !== line.event_type && eventName(project_name, event_type).title === title;
  return title !== label && lines.some(isShared) ? `${title} (${label})` : title;
}

/** A reason of the server, with titles in place of the numbers of events that have one of these lines. */
export const withLineTitles = (reason: string, lines: Line[]): string =>
  withEventTitles(reason, (ref) => {
    const line = lines.find((one) => one.event_ref_num === ref);
    return line && titleAmong(line, lines);
  });
