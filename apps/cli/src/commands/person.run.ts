import { personDocument } from '@rapport/profiles';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { destination } from '../export/destination.js';
import type { Invocation } from '../invocation.js';
import { reading } from '../ledger-access/reading.js';
import { progress } from '../terminal/progress.js';

/** `rapport person export` */
export async function runPersonExport(
  invocation: Invocation,
  { out: path }: { readonly out?: string },
  party: string,
): Promise<ExitCode> {
  const { terminal, signal } = invocation;
  await reading(invocation, async (ledger) => {
    const data = await ledger.personalData(party);
    const out = destination(terminal, path, OWNER_ONLY);
    const bar = await progress(terminal, 'Exporting events', data.count, path === undefined);
    let pieces = 0;
    try {
      for await (const piece of personDocument(data, new Date().toISOString())) {
        signal.throwIfAborted();
        await out.write(piece);
        bar.update(Math.min(++pieces, data.count), `${pieces} events`);
      }
      await out.done();
    } catch (error) {
      await out.abandon();
      throw error;
    } finally {
      bar.stop();
    }
    if (path !== undefined) terminal.note(`${data.count} events written to ${path}.`);
  });
  return EXIT.ok;
}

const OWNER_ONLY = 0o600;
