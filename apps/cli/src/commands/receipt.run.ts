import { writeFile } from 'node:fs/promises';
import { parsePosition, RapportError } from '@rapport/kernel';
import type { Invocation } from '../invocation.js';
import { reading } from '../ledger-access/reading.js';

/** A running server signs what it holds within seconds. */
const WAIT_MS_MAX = 5_000;

/** `rapport receipt` */
export async function runReceipt(
  invocation: Invocation,
  options: { readonly out?: string },
  position: string,
): Promise<void> {
  const { terminal, json } = invocation;
  const wanted = parsePosition(position);
  if (wanted === undefined)
    throw new RapportError('INVALID_QUERY', `A position is a whole number, not ${position.slice(0, 40)}.`);
  await reading(invocation, async ({ log }) => {
    const receipt = await log.receipt(wanted, WAIT_MS_MAX);
    const { eventId, leafIndex, treeSize, leaf, proof } = receipt;
    const name = options.out ?? `event-${wanted}`;
    await writeFile(`${name}.leaf`, leaf);
    await writeFile(`${name}.tlog-proof`, proof);
    if (json)
      await terminal.json({
        position: wanted,
        eventId,
        leafIndex,
        treeSize,
        receipt: `${name}.tlog-proof`,
        leaf: `${name}.leaf`,
        verifierKey: log.verifierKey,
      });
    else {
      await terminal.line(
        `Event ${eventId} is leaf ${leafIndex} of ${treeSize}: ${name}.tlog-proof, ${name}.leaf`,
      );
      terminal.note(
        `Check them with: rapport verify receipt ${name}.tlog-proof --leaf ${name}.leaf --key '${log.verifierKey}'`,
      );
    }
  });
}
