// Hashes the files of an exported log, then verifies the log, in the same process.
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  checkLog,
  localFiles,
  logPolicy,
  NOTE_BYTES_MAX,
  readAhead,
  readLocalFile,
  verifyLog,
} from '@rapport/proof';
import { answer, input, peakMegabytes, timed } from './answer.js';

const { folder, verifierKey } = input<{ folder: string; verifierKey: string }>();
const reader = {
  read: (path: string, bytesMax: number) => readLocalFile(join(folder, path), bytesMax),
};

/** The floor: nothing can vouch for bytes that it has not read and hashed. */
let floorBytes = 0;
const floor = (): void => {
  floorBytes = 0;
  for (const file of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const content = reader.read(join(file.parentPath.slice(folder.length), file.name), 64 * NOTE_BYTES_MAX);
    createHash('sha256')
      .update(content ?? '')
      .digest();
    floorBytes += content?.length ?? 0;
  }
};
const verify = async (): Promise<void> => {
  const finding = await checkLog(localFiles, {
    log: folder,
    key: verifierKey,
    chains: true,
    ahead: readAhead(folder),
  });
  if (!finding.proven) throw new Error(`the generated log is refused: ${finding.said}`);
};
const onOneThread = (): void => {
  if (!verifyLog(reader, logPolicy(verifierKey), { chains: true }).ok)
    throw new Error('the generated log is refused');
};

// Both run warm: a first run compiles, and brings the files into the page cache.
await verify();
onOneThread();
floor();
const floorMs = await timed(floor);
const ms = await timed(verify);
const oneThreadMs = await timed(onOneThread);
answer({ ms, oneThreadMs, floorMs, bytes: floorBytes, peakMb: peakMegabytes() });
