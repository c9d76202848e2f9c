import { fromUtf8 } from '../bytes.js';
import { parsePolicy, POLICY_BYTES_MAX } from '../note/parse-policy.js';
import { logPolicy, type Policy } from '../note/policy.js';
import { Refusal } from '../refusal.js';
import type { CountedFiles } from './counted-files.js';
import { UnusableInput } from './unusable-input.js';

/** Whom to trust, as a command line says it: a key or a policy, never both. */
export interface Trust {
  /** A verifier key, or a file that holds one. */
  readonly key?: string;
  /** A file with a C2SP tlog-policy. */
  readonly policy?: string;
  /** Cosignatures made before this moment do not count. Seconds since 1970. */
  readonly cosignedFromSeconds?: number;
}

const KEY_BYTES_MAX = 4_096;
const VERIFIER_KEY = /^[^+]+\+[0-9a-f]{8}\+/;

/** @throws UnusableInput when a file is not there, or what it holds is neither a key nor a policy */
export async function policyFrom(files: CountedFiles, trust: Trust): Promise<Policy> {
  const { key, policy: path, cosignedFromSeconds } = trust;
  if ((key === undefined) === (path === undefined))
    throw new UnusableInput('invalid', 'give either --key or --policy');
  try {
    const policy =
      path === undefined
        ? logPolicy(await keyFrom(files, key ?? ''))
        : parsePolicy(await files.read(path, POLICY_BYTES_MAX));
    return cosignedFromSeconds === undefined ? policy : { ...policy, cosignedFromSeconds };
  } catch (error) {
    if (error instanceof Refusal) throw new UnusableInput('invalid', error.message);
    throw error;
  }
}

/**
 * A verifier key that is given as its text or as a file that holds it.
 * @throws UnusableInput when there is no such file; Refusal when it is too long or no text
 */
export async function keyFrom(files: CountedFiles, given: string): Promise<string> {
  if (VERIFIER_KEY.test(given)) return given;
  return fromUtf8(await files.read(given, KEY_BYTES_MAX), 'the key').trim();
}
