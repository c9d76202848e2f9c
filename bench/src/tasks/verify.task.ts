// Hashes the files of an exported log, then verifies the log, in the same process.
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { logPolicy, NOTE_BYTES_MAX, readLocalFile, verifyLog } from '@rapport/proof';
import { answer, input, peakMegabytes, timed } from './answer.js';

const { folder, verifierKey } = input<{ folder: string; verifierKey: string }>();
const reader = {
  read: (path: string, bytesMax: number) => readLocalFile(join(folder, path), bytesMax),
};
const policy = logPolicy(verifierKey);

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
const verify = (chains: boolean): number => {
  const report = verifyLog(reader, policy, { chains });
  if (!report.ok) throw new Error(`the generated log is refused: ${report.message}`);
  return report.read.bytes;
};

// Both run warm: a first run compiles, and brings the files into the page cache.
verify(true);
floor();
const floorMs = await timed(floor);
const ms = await timed(() => verify(true));
const treeMs = await timed(() => verify(false));
answer({ ms, treeMs, floorMs, bytes: floorBytes, peakMb: peakMegabytes() });
