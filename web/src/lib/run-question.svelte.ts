/** The question before a run that would replace something, which `Shell` shows, and the start that follows. */
class RunQuestion {
  /** What the run would replace, in words; empty if nothing is asked. */
  text = $state('');
  /** Whether a run is being started: after the answer to the question, until that of the server. */
  isStarting = $state(false);
  #answer: (isSure: boolean) => void = () => undefined;

  /** Whether the person wants the run. A question that was still open is answered with no. */
  ask(text: string): Promise<boolean> {
    this.answer(false);
    this.text = text;
    return new Promise((answer) => (this.#answer = answer));
  }

  answer(isSure: boolean) {
    this.text = '';
    this.#answer(isSure);
  }
}

export const runQuestion = new RunQuestion();
