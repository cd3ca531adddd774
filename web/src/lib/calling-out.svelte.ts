/** The person of the open call-out dialog, which several pages open. */
class CallingOut {
  person = $state.raw<{ id: string; name: string } | null>(null);
}

export const callingOut = new CallingOut();
