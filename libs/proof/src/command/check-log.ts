import type { Checkpoint } from '../note/checkpoint.js';
import { openWitnessedCheckpoint } from '../note/policy.js';
import { NOTE_BYTES_MAX } from '../note/signed-note.js';
import type { BrokenChain } from '../tiles/verify-chains.js';
import { verifyLogLater, type LogReport, type VerifyLogOptions } from '../tiles/verify-log.js';
import type { ChainsBeside } from './chains-beside.js';
import { CountedFiles, type Files } from './counted-files.js';
import { headOf, seenBy, type Finding } from './finding.js';
import { policyFrom, type Trust } from './policy-from.js';

/** A whole log. */
export interface LogGiven extends Trust, Pick<VerifyLogOptions, 'checkpointPath' | 'onProgress'> {
  /** Folder, or whatever the files know a log by. */
  readonly log: string;
  /** The file of an older checkpoint, from which the log must have grown. */
  readonly since?: string;
  /** Whether every entry must be a leaf that follows the one before it in its stream. */
  readonly chains?: boolean;
  /** Follows the chains of large logs beside the hashing, see `chainsBeside`. */
  readonly beside?: (head: Checkpoint) => ChainsBeside;
}

/** A smaller log is done before a thread has started. */
const BESIDE_FROM = 20_000;

/**
 * Checks a whole log: every entry, every tile, the root, the signatures, and what an older checkpoint signed.
 * @throws UnusableInput when the older checkpoint is not there or the key or policy cannot be used: nothing was checked
 * @example (await checkLog(files, { log: 'export', key: verifierKey, chains: true })).proven
 */
export function checkLog(source: Files, given: LogGiven): Promise<Finding> {
  const files = new CountedFiles(source);
  return files.finding(async () => {
    const policy = await policyFrom(files, given);
    const { log, checkpointPath, onProgress, since: sincePath } = given;
    let since: Checkpoint | undefined;
    if (sincePath !== undefined)
      since = openWitnessedCheckpoint(await files.read(sincePath, NOTE_BYTES_MAX), policy).checkpoint;
    let chains: ChainsBeside | undefined;
    const followsHere = (head: Checkpoint): boolean => {
      if (given.chains === true && head.size >= BESIDE_FROM) chains = given.beside?.(head);
      return given.chains === true && chains === undefined;
    };
    let report: LogReport;
    try {
      report = await verifyLogLater(files.folder(log), policy, {
        chains: followsHere,
        ...(checkpointPath === undefined ? {} : { checkpointPath }),
        ...(onProgress === undefined ? {} : { onProgress }),
        ...(since === undefined ? {} : { since }),
      });
      report = firstDamage(report, await chains?.broken);
    } finally {
      await chains?.stop();
    }
    const read = { ...files.counts(), entries: report.read.entries };
    if (report.ok) {
      const head = headOf(report.head);
      const grown = since === undefined ? '' : `; it only grew from ${since.size}`;
      const said = `all ${head.size} entries of ${head.origin} are what was signed${seenBy(head)}${grown}`;
      return { proven: true, said, head, read };
    }
    const { damage, path, index, message } = report;
    const where = index === undefined ? '' : `, first at entry ${index}`;
    return {
      proven: false,
      damage,
      said: `${path}: ${message}${where}; ${read.entries} entries were good before`,
      path,
      ...(index === undefined ? {} : { entry: index }),
      read,
    };
  });
}

/** Of a broken chain and other damage, what comes first in the log. */
function firstDamage(report: LogReport, broken: BrokenChain | undefined): LogReport {
  if (broken === undefined) return report;
  if (!report.ok && report.index !== undefined && report.index <= broken.index) return report;
  return { ok: false, ...broken, read: { ...report.read, entries: broken.index } };
}
