/** Saves a part of the settings. */
import { api } from './api';
import type { SettingsRequest } from './api-types';
import { factChanges, type Outcome } from './fact-changes.svelte';
import { session } from './session.svelte';

/**
 * Saves the members that were changed; the others stay. A setting conflicts with no schedule, so there is no dry run. The version is read
 * just before the request: all parts of the settings share one version.
 */
export const saveSettings = (
  said: string,
  members: Omit<SettingsRequest, 'version' | 'why'>,
  version: () => number,
  why: string | null,
  saved?: () => void,
): Promise<Outcome> =>
  factChanges.save({
    said,
    hits: false,
    send: (dry) => api.saveSettings({ ...members, version: version(), why }, dry),
    saved,
    after: renewSettings,
  });

export const renewSettings = () => session.renew();
