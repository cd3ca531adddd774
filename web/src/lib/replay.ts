/** Names, in words, what may have another version in a replay than in the replayed run. */
import type { VersionChange } from './api-types';

export const versionName: Record<VersionChange['what'], string> = {
  program: 'Version of Muster',
  rulebook: 'Version of the rulebook',
  highs: 'Version of HiGHS, the solver',
};
