import { api } from './api';
import type { SettingsRequest } from './api-types';
import { factChanges, type SaveOutcome } from './fact-changes.svelte';
import { session } from './session.svelte';

/**
 * Saves the members that were changed; the others stay. A setting conflicts with no schedule, so there is no dry run. `version` is called
 * just before the request, because all parts of the settings share one version.
 */
export const saveSettings = (
  message: string,
  members: Omit<SettingsRequest, 'version' | 'why'>,
  version: () => number,
  why: string | null,
  onSaved?: () => void,
): Promise<SaveOutcome> =>
  factChanges.save({
    message,
    canConflict: false,
    send: (dry) => api.saveSettings({ ...members, version: version(), why }, dry),
    onSaved,
    after: renewSettings,
  });

export const renewSettings = () => session.renew();
