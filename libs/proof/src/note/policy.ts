import { refuse } from '../refusal.js';
import { openCheckpoint, type OpenedCheckpoint } from './checkpoint.js';
import { cosignatureTimeSeconds } from './cosignature.js';
import type { Rule } from './quorum.js';
import { parseNote, noteVerifier, type NoteVerifier } from './signed-note.js';

/** Which logs are accepted, which witnesses are known, and which of them must have cosigned. */
export interface Policy {
  readonly logs: readonly NoteVerifier[];
  readonly witnesses: ReadonlyMap<string, NoteVerifier>;
  readonly quorum: Rule;
  /**
   * Cosignatures that say they were made before this moment do not count: whoever asks for fresh ones learns when the
   * witnesses saw a head last. Seconds since 1970. C2SP tlog-policy has no line for it; the verifier decides each time.
   */
  readonly cosignedFromSeconds?: number;
}

/** A checkpoint that satisfies a policy. */
export interface WitnessedCheckpoint extends OpenedCheckpoint {
  /** Names, in the policy, of the witnesses whose cosignatures count, and when they say they made them. */
  readonly witnesses: readonly { readonly name: string; readonly timeSeconds: number }[];
}

/**
 * The policy of who trusts one log's key and asks for no witness.
 * @throws Refusal `malformed` for a damaged key
 * @example verifyTlogProof(proof, leaf, logPolicy(verifierKey))
 */
export const logPolicy = (verifierKey: string): Policy => ({
  logs: [noteVerifier(verifierKey)],
  witnesses: new Map(),
  quorum: { kind: 'none' },
});

/**
 * Verifies a checkpoint by a policy: signed by one of its logs, cosigned by a quorum of its witnesses.
 *
 * Source: C2SP tlog-policy.
 * @throws Refusal as `openCheckpoint`; `quorum-not-met` when witnesses are missing
 * @example openWitnessedCheckpoint(bytes, parsePolicy(text)).witnesses.length
 */
export function openWitnessedCheckpoint(bytes: Uint8Array, policy: Policy): WitnessedCheckpoint {
  const { signatures } = parseNote(bytes);
  const log = policy.logs.find((known) => signatures.some((one) => isBy(known, one)));
  if (log === undefined) return refuse('unknown-key', 'no known log has signed the checkpoint');
  const opened = openCheckpoint(bytes, log, [...policy.witnesses.values()]);
  const witnesses = [...policy.witnesses].flatMap(([name, verifier]) => {
    const signature = opened.verified.find((one) => isBy(verifier, one));
    return signature === undefined ? [] : [{ name, timeSeconds: cosignatureTimeSeconds(signature) }];
  });
  const { cosignedFromSeconds = 0 } = policy;
  const counted = witnesses.filter(({ timeSeconds }) => timeSeconds >= cosignedFromSeconds);
  if (!isMet(policy.quorum, new Set(counted.map(({ name }) => name))))
    refuse(
      'quorum-not-met',
      counted.length < witnesses.length
        ? 'too few of the witnesses have cosigned lately enough'
        : 'too few of the witnesses have cosigned',
    );
  return { ...opened, witnesses: counted };
}

function isMet(rule: Rule, cosigned: ReadonlySet<string>): boolean {
  switch (rule.kind) {
    case 'none':
      return true;
    case 'witness':
      return cosigned.has(rule.name);
    case 'group':
      return rule.members.filter((member) => isMet(member, cosigned)).length >= rule.threshold;
  }
}

const isBy = (
  key: { readonly name: string; readonly keyId: number },
  one: { readonly name: string; readonly keyId: number },
): boolean => key.name === one.name && key.keyId === one.keyId;
