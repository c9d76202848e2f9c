/**
 * Why something was refused. `malformed`: the bytes have not the stated form; `too-large`: a declared limit is exceeded;
 * `unknown-key`: no known key signed; `bad-signature`: a known key's signature does not fit; `wrong-origin`: another log;
 * `quorum-not-met`: too few witnesses; `out-of-range`: sizes or indexes that cannot be; `bad-proof`: the proof does not
 * lead from what is to be proved to the stated root; `not-canonical`: the same value written in another way.
 */
export type RefusalCode =
  | 'malformed'
  | 'too-large'
  | 'unknown-key'
  | 'bad-signature'
  | 'wrong-origin'
  | 'quorum-not-met'
  | 'out-of-range'
  | 'bad-proof'
  | 'not-canonical';

/**
 * What every verifier and strict parser of this room throws, and nothing else, whatever bytes it is given. Thrown, not
 * returned: a caller that forgets to look must not go on as if all were well.
 * @example try { verifyInclusion(…) } catch (error) { if (error instanceof Refusal) console.log(error.code); }
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly code: RefusalCode,
    message: string,
  ) {
    super(message);
  }
}

/** Refuses. @throws Refusal always */
export function refuse(code: RefusalCode, message: string): never {
  throw new Refusal(code, message);
}
