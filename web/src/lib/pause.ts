/** Why sending pauses, for the banner of every page that sends. */
import type { Paused } from './api-types';
import { momentWords, withLocalTimes } from './dates';
import { capital } from './numbers';

export interface PauseNote {
  title: string;
  text: string;
}

/** The dashboard has only `until` of a pause; the submissions have all of it. */
export function pauseNote(paused: Pick<Paused, 'until'> & Partial<Paused>, zone: string, today?: string): PauseNote {
  const since = paused.since ? `Since ${momentWords(paused.since, zone, today)} nothing` : 'Nothing';
  const at = momentWords(paused.until, zone, today);
  if (paused.code === 'login_refused') {
    return {
      title: 'Muster cannot sign in at Crossmark.',
      text: `${since} can be sent, and nothing is lost. The next try to sign in is at ${at}. Tell your administrator.`,
    };
  }
  const why = paused.why ? ` ${capital(withLocalTimes(paused.why, zone, paused.until)).replace(/\.?$/, '.')}` : '';
  return {
    title: 'Sending pauses.',
    text: `${why} ${paused.since ? `${since} is sent, and nothing is lost.` : 'Nothing is lost.'} The next try is at ${at}.`.trim(),
  };
}
