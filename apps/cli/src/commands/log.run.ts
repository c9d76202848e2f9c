import { mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RapportError } from '@rapport/kernel';
import { logFilePaths, renewLogKey } from '@rapport/profiles';
import type { Invocation } from '../invocation.js';
import type { Ledger } from '../ledger-access/ledger.js';
import { configurationFor } from '../ledger-access/opening.js';
import { reading } from '../ledger-access/reading.js';
import { progress } from '../terminal/progress.js';

/** `rapport log key` */
export const runKey = (invocation: Invocation): Promise<void> =>
  reading(invocation, async ({ log }) => {
    const verifierKey = await log.findKey();
    if (verifierKey === undefined) throw notSigned();
    await (invocation.json
      ? invocation.terminal.json({ verifierKey })
      : invocation.terminal.line(verifierKey));
  });

/** `rapport log checkpoint` */
export const runCheckpoint = (invocation: Invocation): Promise<void> =>
  reading(invocation, async (ledger) => {
    const { size, root, checkpoint } = await signedHead(ledger);
    const text = Buffer.from(checkpoint).toString();
    await (invocation.json
      ? invocation.terminal.json({ size, root: Buffer.from(root).toString('base64'), checkpoint: text })
      : invocation.terminal.write(text));
  });

/** `rapport log export` */
export async function runExport(invocation: Invocation, _options: object, folder: string): Promise<void> {
  const { terminal, json, signal } = invocation;
  await reading(invocation, async (ledger) => {
    const { size, checkpoint } = await signedHead(ledger);
    const paths = [...logFilePaths(size)];
    const bar = await progress(terminal, 'Exporting', paths.length, json);
    let written = 0;
    try {
      for (const [index, path] of paths.entries()) {
        signal.throwIfAborted();
        const file = join(folder, path);
        if (!(await isThere(file))) {
          const content = await ledger.log.file(path);
          if (content === undefined)
            throw new RapportError('LOG_NOT_SIGNED', `The log has lost ${path} while it was exported.`);
          await put(file, content.bytes);
          written++;
        }
        bar.update(index + 1, `${index + 1} of ${paths.length} files`);
      }
      // The checkpoint comes last: whoever reads the folder meanwhile finds everything that it promises.
      await put(join(folder, 'checkpoint'), checkpoint);
    } finally {
      bar.stop();
    }
    if (json) await terminal.json({ folder, size, files: paths.length + 1, written: written + 1 });
    else {
      await terminal.line(`${size} leaves in ${folder}: ${paths.length + 1} files, ${written + 1} written.`);
      terminal.note(`Check it with: rapport verify log ${folder} --key '${ledger.log.verifierKey}'`);
    }
  });
}

/** `rapport log new-key` */
export async function runNewKey(invocation: Invocation, { yes }: { readonly yes?: boolean }): Promise<void> {
  const { terminal, json, tenant } = invocation;
  if (yes !== true)
    throw new RapportError(
      'INVALID_QUERY',
      `This would set the key and the last signed head of ${tenant} aside and sign what the ledger holds now under a new key: give --yes to do it.`,
    );
  const { verifierKey, aside } = await renewLogKey(configurationFor(invocation), tenant, Date.now());
  if (json) await terminal.json({ verifierKey, aside });
  else {
    await terminal.line(verifierKey);
    terminal.note(`The old key and head are in ${aside}. Give the new key to everybody who verifies.`);
  }
}

async function signedHead({ log }: Ledger) {
  const head = await log.head();
  if (head === undefined) throw notSigned();
  return head;
}

const notSigned = (): RapportError =>
  new RapportError(
    'NOT_FOUND',
    'Nothing of this ledger was signed yet, or its key folder is elsewhere: name it with --keys.',
  );

const isThere = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

/** Another name first: a file of a log is there whole or not at all. */
async function put(file: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.partial`, bytes);
  await rename(`${file}.partial`, file);
}
