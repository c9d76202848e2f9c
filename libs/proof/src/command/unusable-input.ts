/** What a check was given cannot be used: a file that is not there, or a key, policy or option that is none. */
export class UnusableInput extends Error {
  override readonly name = 'UnusableInput';
  constructor(
    readonly reason: 'not-found' | 'invalid',
    message: string,
  ) {
    super(message);
  }
}
