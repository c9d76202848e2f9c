import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Writes a small file for its owner alone, durable when it resolves. Under another name first: the file is the old one or
 * the new one, whole, whenever the power goes.
 */
export async function writeDurably(file: string, content: Uint8Array | string): Promise<void> {
  const unfinished = `${file}.new`;
  const opened = await open(unfinished, 'w', 0o600);
  try {
    await opened.writeFile(content);
    await opened.sync();
  } finally {
    await opened.close();
  }
  await rename(unfinished, file);
  if (process.platform === 'win32') return; // which keeps folders safe by itself
  const folder = await open(dirname(file), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
