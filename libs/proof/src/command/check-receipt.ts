import { NOTE_BYTES_MAX } from '../note/signed-note.js';
import { verifyTlogProof } from '../note/tlog-proof.js';
import { ENTRY_BYTES_MAX } from '../tiles/entry-bundle.js';
import { CountedFiles, type Files } from './counted-files.js';
import { headOf, seenBy, type Finding } from './finding.js';
import { policyFrom, type Trust } from './policy-from.js';

const RECEIPT = '.tlog-proof';

/** A receipt with the leaf that it is for. */
export interface ReceiptGiven extends Trust {
  readonly receipt: string;
  /** The file with the exact bytes of the leaf; beside `<name>.tlog-proof` it is `<name>.leaf`. */
  readonly leaf?: string;
}

/**
 * Checks a receipt: these bytes are an entry of the log.
 * @throws UnusableInput when a file is not there or the key or policy cannot be used: nothing was checked
 * @example (await checkReceipt(files, { receipt: 'sale.tlog-proof', key: verifierKey })).proven
 */
export function checkReceipt(source: Files, given: ReceiptGiven): Promise<Finding> {
  const files = new CountedFiles(source);
  return files.finding(async () => {
    const policy = await policyFrom(files, given);
    const leaf = await files.read(given.leaf ?? leafBeside(given.receipt), ENTRY_BYTES_MAX);
    const proven = verifyTlogProof(await files.read(given.receipt, NOTE_BYTES_MAX), leaf, policy);
    const head = headOf(proven);
    return {
      proven: true,
      said: `the leaf is entry ${proven.index} of ${head.origin}, of ${head.size} entries${seenBy(head)}`,
      head,
      read: files.counts(),
    };
  });
}

/** @example leafBeside('sale.tlog-proof') // 'sale.leaf' */
export const leafBeside = (receipt: string): string =>
  `${receipt.endsWith(RECEIPT) ? receipt.slice(0, -RECEIPT.length) : receipt}.leaf`;
