import { fromBase64, fromUtf8 } from '../bytes.js';
import { parsePolicy, POLICY_BYTES_MAX } from '../note/parse-policy.js';
import { logPolicy, openWitnessedCheckpoint, type Policy } from '../note/policy.js';
import { NOTE_BYTES_MAX } from '../note/signed-note.js';
import { verifyTlogProof } from '../note/tlog-proof.js';
import { Refusal } from '../refusal.js';
import { ENTRY_BYTES_MAX } from '../tiles/entry-bundle.js';
import { nodeFromTiles } from '../tiles/node-from-tiles.js';
import { verifyLog } from '../tiles/verify-log.js';
import { verifyConsistency } from '../tree/consistency.js';
import { planConsistency } from '../tree/proof-plan.js';
import { CountedFiles, type Files } from './counted-files.js';
import { HELP, parseCommandLine, UsageError, type CommandLine } from './usage.js';

/** What a command answers: 0 proven, 1 refused, 2 nothing was checked. */
export interface Answer {
  readonly exitCode: 0 | 1 | 2;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Carries out a command line of `rapport-proof`.
 * @example runCommand(['log', 'export', '--key', verifierKey], localFiles).exitCode
 */
export function runCommand(words: readonly string[], source: Files): Answer {
  if (words.includes('--help') || words[0] === 'help') return { exitCode: 0, stdout: HELP, stderr: '' };
  const files = new CountedFiles(source);
  try {
    const line = parseCommandLine(words);
    return answerOf(check(line, policyOf(line, files), files), files);
  } catch (error) {
    if (error instanceof Refusal) return answerOf({ refused: error.code, said: error.message }, files);
    const hint = error instanceof UsageError ? '; see rapport-proof --help' : '';
    const message = error instanceof Error ? error.message : String(error);
    return { exitCode: 2, stdout: '', stderr: `nothing was checked: ${message}${hint}\n` };
  }
}

/** What came of a check, in a line, and why it was refused if it was. */
interface Verdict {
  readonly said: string;
  readonly refused?: string;
}

function answerOf({ said, refused }: Verdict, files: CountedFiles): Answer {
  const outcome = refused === undefined ? 'ok' : `refused (${refused})`;
  const stdout = `${outcome}: ${said}; read ${files.summary()}\n`;
  return { exitCode: refused === undefined ? 0 : 1, stdout, stderr: '' };
}

function check(line: CommandLine, policy: Policy, files: CountedFiles): Verdict {
  if (line.command === 'receipt') return checkReceipt(line, policy, files);
  if (line.command === 'log') return checkLog(line, policy, files);
  return checkConsistency(line, policy, files);
}

function checkReceipt(line: CommandLine, policy: Policy, files: CountedFiles): Verdict {
  const [path = ''] = operandsOf(line, 1);
  const leaf = files.read(optionOf(line, 'leaf'), ENTRY_BYTES_MAX);
  const { index, checkpoint, witnesses } = verifyTlogProof(files.read(path, NOTE_BYTES_MAX), leaf, policy);
  const { origin, size } = checkpoint;
  return { said: `the leaf is entry ${index} of ${origin}, of ${size} entries${seenBy(witnesses)}` };
}

function checkLog(line: CommandLine, policy: Policy, files: CountedFiles): Verdict {
  const [path = ''] = operandsOf(line, 1);
  const report = verifyLog(files.folder(path), policy, line.options.get('checkpoint'));
  const { entries } = report.read;
  if (report.ok) {
    const { checkpoint, witnesses } = report.head;
    return { said: `all ${entries} entries of ${checkpoint.origin} are what was signed${seenBy(witnesses)}` };
  }
  const where = report.index === undefined ? '' : `, first at entry ${report.index}`;
  return {
    refused: report.damage,
    said: `${report.path}: ${report.message}${where}; ${entries} entries fitted their tiles before`,
  };
}

function checkConsistency(line: CommandLine, policy: Policy, files: CountedFiles): Verdict {
  const [oldPath = '', newPath = ''] = operandsOf(line, 2);
  const older = openWitnessedCheckpoint(files.read(oldPath, NOTE_BYTES_MAX), policy).checkpoint;
  const newer = openWitnessedCheckpoint(files.read(newPath, NOTE_BYTES_MAX), policy).checkpoint;
  if (older.origin !== newer.origin) throw new Refusal('wrong-origin', 'the checkpoints are of two logs');
  const proofPath = line.options.get('proof');
  const logPath = line.options.get('log');
  if ((proofPath === undefined) === (logPath === undefined))
    throw new UsageError('consistency needs --proof or --log');
  let proof: readonly Uint8Array[] = [];
  if (proofPath !== undefined) proof = proofIn(files.read(proofPath, NOTE_BYTES_MAX));
  else if (logPath !== undefined && older.size > 0 && older.size < newer.size) {
    const reader = files.folder(logPath);
    const plan = planConsistency(older.size, newer.size);
    proof = plan.assemble(plan.nodes.map((node) => nodeFromTiles(reader, newer.size, node)));
  }
  verifyConsistency(older, newer, proof);
  return { said: `${newer.origin} only grew from ${older.size} to ${newer.size} entries` };
}

function proofIn(bytes: Uint8Array): readonly Uint8Array[] {
  const text = fromUtf8(bytes, 'the proof');
  const lines = text.endsWith('\n') ? text.slice(0, -1).split('\n') : text.split('\n');
  return text === '' ? [] : lines.map((hash) => fromBase64(hash, 'a hash of the proof'));
}

function policyOf(line: CommandLine, files: CountedFiles): Policy {
  const key = line.options.get('key');
  const path = line.options.get('policy');
  if ((key === undefined) === (path === undefined)) throw new UsageError('give either --key or --policy');
  try {
    return path === undefined ? logPolicy(key ?? '') : parsePolicy(files.read(path, POLICY_BYTES_MAX));
  } catch (error) {
    if (error instanceof Refusal) throw new UsageError(error.message);
    throw error;
  }
}

function operandsOf({ operands, command }: CommandLine, count: number): readonly string[] {
  if (operands.length !== count)
    throw new UsageError(`${command} takes ${count === 1 ? 'one file or folder' : 'two files'}`);
  return operands;
}

function optionOf({ options, command }: CommandLine, name: string): string {
  const value = options.get(name);
  if (value === undefined) throw new UsageError(`${command} needs --${name}`);
  return value;
}

const seenBy = (witnesses: readonly { readonly name: string }[]): string =>
  witnesses.length === 0 ? '' : `, cosigned by ${witnesses.map(({ name }) => name).join(', ')}`;
