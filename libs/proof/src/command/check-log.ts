import type { Checkpoint } from '../note/checkpoint.js';
import { openWitnessedCheckpoint } from '../note/policy.js';
import { NOTE_BYTES_MAX } from '../note/signed-note.js';
import { verifyLogLater, type VerifyLogOptions } from '../tiles/verify-log.js';
import { CountedFiles, type Files } from './counted-files.js';
import { headOf, seenBy, type Finding } from './finding.js';
import { policyFrom, type Trust } from './policy-from.js';

/** A whole log. */
export interface LogGiven extends Trust, Pick<VerifyLogOptions, 'checkpointPath' | 'chains' | 'onProgress'> {
  /** Folder, or whatever the files know a log by. */
  readonly log: string;
  /** The file of an older checkpoint, from which the log must have grown. */
  readonly since?: string;
}

/**
 * Checks a whole log: every entry, every tile, the root, the signatures, and what an older checkpoint signed.
 * @throws UnusableInput when the older checkpoint is not there or the key or policy cannot be used: nothing was checked
 * @example (await checkLog(files, { log: 'export', key: verifierKey, chains: true })).proven
 */
export function checkLog(source: Files, given: LogGiven): Promise<Finding> {
  const files = new CountedFiles(source);
  return files.finding(async () => {
    const policy = await policyFrom(files, given);
    const { log, since: sincePath, ...options } = given;
    let since: Checkpoint | undefined;
    if (sincePath !== undefined)
      since = openWitnessedCheckpoint(await files.read(sincePath, NOTE_BYTES_MAX), policy).checkpoint;
    const report = await verifyLogLater(files.folder(log), policy, {
      ...options,
      ...(since === undefined ? {} : { since }),
    });
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
