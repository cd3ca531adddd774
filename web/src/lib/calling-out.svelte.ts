/** Who is said to be out just now: the dialog is opened from several pages. */
class CallingOut {
  person = $state.raw<{ id: string; name: string } | null>(null);
}

export const callingOut = new CallingOut();
