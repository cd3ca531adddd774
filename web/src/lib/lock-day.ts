/** Locks and unlocks a day, for all pages that show days. */
import { api } from './api';
import { spokenDay } from './dates';
import { factChanges } from './fact-changes.svelte';

export const lockDay = (day: string, reason: string) =>
  factChanges.save({ message: `${spokenDay(day)} is locked`, send: (dry) => api.lockDay(day, reason.trim() || null, dry) });

export const unlockDay = (day: string) =>
  factChanges.saveNow({ message: `${spokenDay(day)} is unlocked`, send: (dry) => api.unlockDay(day, dry) });
