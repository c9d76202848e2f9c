import { writeFile } from 'node:fs/promises';
import type { Ledger } from '../ledger-access/ledger.js';

/** A running server signs what it holds within seconds. */
const WAIT_MS_MAX = 5_000;

/** The name of the files of a receipt, without an ending, where none is given. */
export const receiptName = (position: bigint): string => `event-${position}`;

/**
 * Writes the receipt of an event as two files: `<path>.tlog-proof` and, beside it, the exact bytes of its leaf in
 * `<path>.leaf`.
 * @throws RapportError `EVENT_NOT_FOUND`, `WAIT_TIMEOUT`, `LOG_NOT_SIGNED`
 */
export async function writeReceipt(
  log: Ledger['log'],
  position: bigint,
  path: string,
): Promise<Awaited<ReturnType<Ledger['log']['receipt']>>> {
  const receipt = await log.receipt(position, WAIT_MS_MAX);
  await writeFile(`${path}.leaf`, receipt.leaf);
  await writeFile(`${path}.tlog-proof`, receipt.proof);
  return receipt;
}
