/** The person at the terminal must act; the message says what to do, so no stack is shown. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}
