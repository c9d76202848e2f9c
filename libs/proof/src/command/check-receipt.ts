import { parseLeaf, type Leaf } from '../leaf/leaf.js';
import { tenantOf, type Checkpoint } from '../note/checkpoint.js';
import { NOTE_BYTES_MAX } from '../note/signed-note.js';
import { verifyTlogProof } from '../note/tlog-proof.js';
import { Refusal, refuse } from '../refusal.js';
import { ENTRY_BYTES_MAX } from '../tiles/entry-bundle.js';
import { CountedFiles, type Files } from './counted-files.js';
import { headOf, seenBy, type EventSaid, type Finding } from './finding.js';
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
    const event = eventOf(leaf, proven.checkpoint);
    return {
      proven: true,
      said: `the leaf is entry ${proven.index} of ${head.origin}, of ${head.size} entries${seenBy(head)}`,
      head,
      ...(event === undefined ? {} : { event }),
      read: files.counts(),
    };
  });
}

/** What a leaf says; undefined for an entry that is none. @throws Refusal `wrong-origin` for a leaf of another tenant */
function eventOf(bytes: Uint8Array, checkpoint: Checkpoint): EventSaid | undefined {
  let leaf: Leaf;
  try {
    leaf = parseLeaf(bytes);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
  if (leaf.tenant !== tenantOf(checkpoint)) refuse('wrong-origin', 'the event is of another tenant');
  const { id, source, type, stream, revision, time, recordedat, actor, corrects } = leaf;
  return {
    id,
    source,
    type,
    stream,
    revision,
    time,
    recordedat,
    ...(actor === undefined ? {} : { actor }),
    ...(corrects === undefined ? {} : { corrects }),
  };
}

/** @example leafBeside('sale.tlog-proof') // 'sale.leaf' */
export const leafBeside = (receipt: string): string =>
  `${receipt.endsWith(RECEIPT) ? receipt.slice(0, -RECEIPT.length) : receipt}.leaf`;
