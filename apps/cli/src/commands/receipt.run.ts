import { parsePosition, RapportError } from '@rapport/kernel';
import { receiptName, writeReceipt } from '../export/receipt-files.js';
import type { Invocation } from '../invocation.js';
import { reading } from '../ledger-access/reading.js';

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
    const name = options.out ?? receiptName(wanted);
    const { eventId, leafIndex, treeSize } = await writeReceipt(log, wanted, name);
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
