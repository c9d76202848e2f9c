import { fromBase64, fromUtf8 } from '../bytes.js';
import { openWitnessedCheckpoint, type Policy, type WitnessedCheckpoint } from '../note/policy.js';
import { NOTE_BYTES_MAX } from '../note/signed-note.js';
import { Refusal } from '../refusal.js';
import { readFilesLater } from '../tiles/log-reader.js';
import { planFromTiles } from '../tiles/node-from-tiles.js';
import { verifyConsistency } from '../tree/consistency.js';
import { planConsistency } from '../tree/proof-plan.js';
import { CountedFiles, type Files } from './counted-files.js';
import { headOf, seenBy, type Finding } from './finding.js';
import { policyFrom, type Trust } from './policy-from.js';
import { UnusableInput } from './unusable-input.js';

/** Two checkpoints of a log, with what proves that it only grew: a proof, or the tiles of a log that reaches so far. */
export interface GrowthGiven extends Trust {
  readonly older: string;
  readonly newer: string;
  /** A file of one base64 hash a line. */
  readonly proof?: string;
  readonly log?: string;
}

/**
 * Checks that a log only grew from one signed checkpoint to another.
 * @throws UnusableInput when a file is not there or the key or policy cannot be used: nothing was checked
 * @example (await checkGrowth(files, { older: 'january', newer: 'june', log: 'export', key: verifierKey })).proven
 */
export function checkGrowth(source: Files, given: GrowthGiven): Promise<Finding> {
  const files = new CountedFiles(source);
  return files.finding(async () => {
    if ((given.proof === undefined) === (given.log === undefined))
      throw new UnusableInput('invalid', 'give either --proof or --log');
    const policy = await policyFrom(files, given);
    const older = (await open(files, given.older, policy)).checkpoint;
    const newest = await open(files, given.newer, policy);
    const newer = newest.checkpoint;
    if (older.origin !== newer.origin) throw new Refusal('wrong-origin', 'the checkpoints are of two logs');
    verifyConsistency(older, newer, await proofOf(files, given, older.size, newer.size));
    const head = headOf(newest);
    const said = `${head.origin} only grew from ${older.size} to ${head.size} entries${seenBy(head)}`;
    return { proven: true, said, head, read: files.counts() };
  });
}

const open = async (files: CountedFiles, path: string, policy: Policy): Promise<WitnessedCheckpoint> =>
  openWitnessedCheckpoint(await files.read(path, NOTE_BYTES_MAX), policy);

async function proofOf(
  files: CountedFiles,
  { proof, log }: GrowthGiven,
  from: number,
  to: number,
): Promise<readonly Uint8Array[]> {
  if (proof !== undefined) return proofIn(await files.read(proof, NOTE_BYTES_MAX));
  // No proof leads from nothing, back, or to where one is: the verifier says so, or compares the roots.
  if (log === undefined || from === 0 || from >= to) return [];
  return readFilesLater(planFromTiles(planConsistency(from, to), to), files.folder(log));
}

function proofIn(bytes: Uint8Array): readonly Uint8Array[] {
  const text = fromUtf8(bytes, 'the proof');
  const lines = text.endsWith('\n') ? text.slice(0, -1).split('\n') : text.split('\n');
  return text === '' ? [] : lines.map((hash) => fromBase64(hash, 'a hash of the proof'));
}
