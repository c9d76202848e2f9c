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
}

/** A checkpoint that satisfies a policy. */
export interface WitnessedCheckpoint extends OpenedCheckpoint {
  /** Names, in the policy, of the witnesses that cosigned, and when they say they did. */
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
  if (!isMet(policy.quorum, new Set(witnesses.map(({ name }) => name))))
    refuse('quorum-not-met', 'too few of the witnesses have cosigned');
  return { ...opened, witnesses };
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
