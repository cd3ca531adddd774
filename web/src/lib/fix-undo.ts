/** Undoes what a fix saved besides posted schedules: rotation exceptions and blocks. */
import type { FixesApplied, RotationException, RotationType } from './api-types';
import { api, ApiError } from './api';

export interface SavedRotation {
  date: string;
  rotation: RotationType;
}

export const savedRotations = ({ rotations }: Pick<FixesApplied, 'rotations'>): SavedRotation[] =>
  rotations.flatMap((one) => (one.kind === 'rotation' ? [{ date: one.date, rotation: one.rotation_type as RotationType }] : []));

/** The exception that a saved one replaced; undefined if there was none. */
export const replacedException = ({ date, rotation }: SavedRotation, before: RotationException[]): RotationException | undefined =>
  before.find((one) => one.date === date && one.rotation_type === rotation);

/** Restores the blocks and the rotation exceptions. */
export async function takeBackSaved(blocks: FixesApplied['blocks'], saved: SavedRotation[], before: RotationException[]): Promise<void> {
  if (blocks.length) await api.undoBlocks(blocks);
  await takeBackRotations(saved, before);
}

/** Removes the saved exceptions, or restores the earlier ones. */
export async function takeBackRotations(saved: SavedRotation[], before: RotationException[]): Promise<void> {
  for (const one of saved) {
    const earlier = replacedException(one, before);
    try {
      if (earlier) {
        const { date, rotation_type, employee_id, reason } = earlier;
        await api.saveException({ date, rotation_type, employee_id, reason });
      } else await api.removeException(one.date, one.rotation);
    } catch (error) {
      // Somebody removed it meanwhile.
      if (!(error instanceof ApiError && error.status === 404)) throw error;
    }
  }
}
