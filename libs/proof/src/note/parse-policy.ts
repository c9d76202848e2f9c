import { fromUtf8, toBase64 } from '../bytes.js';
import { Refusal, refuse } from '../refusal.js';
import { cosignatureVerifier } from './cosignature.js';
import { parseVerifierKey } from './note-key.js';
import type { Policy } from './policy.js';
import type { Rule } from './quorum.js';
import { noteVerifier, type NoteVerifier } from './signed-note.js';

/** Longest policy that is read. */
export const POLICY_BYTES_MAX = 65_536;

/**
 * Reads the text of a policy.
 *
 * Source: C2SP tlog-policy. Logs sign with Ed25519, witnesses cosign with `cosignature/v1`; other types are refused.
 * @throws Refusal `malformed`, naming the line, or `too-large`
 * @example parsePolicy(Buffer.from(`log ${logKey}\nwitness w1 ${witnessKey}\nquorum w1\n`))
 */
export function parsePolicy(bytes: Uint8Array): Policy {
  if (bytes.length > POLICY_BYTES_MAX) refuse('too-large', `a policy has at most ${POLICY_BYTES_MAX} bytes`);
  // Octets, as the specification wants it: a name is what its bytes are.
  const text = Buffer.from(bytes).toString('latin1');
  if (/[^\t\n\x20-\x7e\x80-\xff]/.test(text)) refuse('malformed', 'the policy holds a control character');
  if (!text.endsWith('\n')) refuse('malformed', 'the last line of the policy is not ended: is it cut off?');
  const reader = new PolicyReader();
  for (const [index, line] of text.split('\n').entries()) {
    try {
      reader.line(line.split(/[\t ]+/).filter((word) => word !== ''));
    } catch (error) {
      if (error instanceof Refusal) refuse(error.code, `policy line ${index + 1}: ${error.message}`);
      throw error;
    }
  }
  return reader.policy();
}

class PolicyReader {
  private readonly logs: NoteVerifier[] = [];
  private readonly witnesses = new Map<string, NoteVerifier>();
  private readonly rules = new Map<string, Rule>([['none', { kind: 'none' }]]);
  private readonly members = new Set<string>(['none']);
  private readonly keys = new Set<string>();
  private quorum: Rule | undefined;

  line([keyword = '#', ...words]: readonly string[]): void {
    if (keyword.startsWith('#')) return;
    if (keyword === 'log') this.log(words);
    else if (keyword === 'witness') this.witness(words);
    else if (keyword === 'group') this.group(words);
    else if (keyword === 'quorum') this.quorumIs(words);
    else refuse('malformed', 'a line starts with log, witness, group or quorum');
  }

  policy(): Policy {
    const quorum = this.quorum ?? refuse('malformed', 'the policy has no quorum line');
    return { logs: this.logs, witnesses: this.witnesses, quorum };
  }

  private log(words: readonly string[]): void {
    const [key, , tooMany] = words;
    if (key === undefined || tooMany !== undefined) return refuse('malformed', 'log <key> [<url>]');
    this.logs.push(noteVerifier(this.newKey('log', key)));
  }

  private witness(words: readonly string[]): void {
    const [name, key, , tooMany] = words;
    if (name === undefined || key === undefined || tooMany !== undefined)
      return refuse('malformed', 'witness <name> <key> [<url>]');
    this.define(name, { kind: 'witness', name });
    this.witnesses.set(name, cosignatureVerifier(this.newKey('witness', key)));
  }

  private group([name, count, ...names]: readonly string[]): void {
    if (name === undefined || count === undefined || names.length === 0)
      return refuse('malformed', 'group <name> all|any|<k> <name>...');
    const members = names.map((member) => this.member(member));
    this.define(name, { kind: 'group', threshold: thresholdOf(count, members.length), members });
  }

  private quorumIs(words: readonly string[]): void {
    const [name, tooMany] = words;
    if (name === undefined || tooMany !== undefined) return refuse('malformed', 'quorum <name>');
    if (this.quorum !== undefined) refuse('malformed', 'the policy has two quorum lines');
    this.quorum = this.rules.get(name) ?? refuse('malformed', 'the quorum names nothing defined before');
  }

  private define(name: string, rule: Rule): void {
    if (this.rules.has(name)) refuse('malformed', 'the name is taken');
    this.rules.set(name, rule);
  }

  /** A name counts in one group at most, so that no witness counts twice. */
  private member(name: string): Rule {
    const rule = this.rules.get(name) ?? refuse('malformed', 'a member is not defined before');
    if (this.members.has(name)) refuse('malformed', 'a name is a member twice');
    this.members.add(name);
    return rule;
  }

  private newKey(role: 'log' | 'witness', octets: string): string {
    const key = fromUtf8(Buffer.from(octets, 'latin1'), 'the key');
    const known = `${role} ${toBase64(parseVerifierKey(key).publicKey)}`;
    if (this.keys.has(known)) refuse('malformed', 'the same public key stands twice');
    this.keys.add(known);
    return key;
  }
}

function thresholdOf(text: string, members: number): number {
  if (text === 'any') return 1;
  if (text === 'all') return members;
  const count = /^[1-9][0-9]{0,8}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > members) refuse('malformed', 'the count is not from 1 to the number of members');
  return count;
}
