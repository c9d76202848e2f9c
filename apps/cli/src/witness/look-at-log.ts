import {
  NOTE_BYTES_MAX,
  openCheckpoint,
  parseNote,
  planConsistency,
  planFromTiles,
  planRoot,
  readFilesLater,
  Refusal,
  verifyConsistency,
  type Cosigner,
  type LaterLogReader,
  type RefusalCode,
  type TreeHead,
} from '@rapport/proof';
import { countersign, type Countersigned } from './countersign.js';
import type { HeadStore, KeptHead } from './head-store.js';

/** What came of one look at a log. `behind`: it shows a head older than one that was countersigned. */
export type Looked = { readonly origin?: string } & (
  | Exclude<Countersigned, { readonly kind: 'conflict' }>
  | { readonly kind: 'behind'; readonly size: number; readonly knownSize: number }
);

/** What a witness needs for every look. */
export interface Witness {
  readonly stores: ReadonlyMap<string, HeadStore>;
  readonly cosigner: Cosigner;
  /** Seconds since 1970. */
  readonly nowSeconds: () => number;
}

/**
 * Looks at a log once: reads its checkpoint and the tiles that a consistency proof needs, and countersigns what only grew.
 * A log that cannot be reached throws; whatever it says is judged.
 */
export async function lookAtLog(log: LaterLogReader, witness: Witness): Promise<Looked> {
  let origin: string | undefined;
  try {
    const checkpoint = await log.read('checkpoint', NOTE_BYTES_MAX);
    if (checkpoint === undefined) return refused('malformed', 'there is no checkpoint');
    origin = parseNote(checkpoint).text.split('\n', 1)[0] ?? '';
    const store = witness.stores.get(origin);
    if (store === undefined) return refused('unknown-key', `no --log-key is of the log ${origin}`);
    const looked = await judge(log, checkpoint, store, witness);
    return { origin, ...looked };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ...(origin === undefined ? {} : { origin }), ...refused(error.code, error.message) };
  }
}

async function judge(
  log: LaterLogReader,
  checkpoint: Uint8Array,
  store: HeadStore,
  witness: Witness,
): Promise<Looked> {
  const offered = openCheckpoint(checkpoint, store.log).checkpoint;
  for (;;) {
    const known = store.latest();
    const older = offered.size < (known?.head.size ?? 0) ? store.ofSize(offered.size) : undefined;
    if (older !== undefined && !sameRoot(older.head, offered))
      return fork(store, older, checkpoint, `two signed roots of size ${offered.size}`);
    if (known !== undefined && offered.size < known.head.size)
      return { kind: 'behind', size: offered.size, knownSize: known.head.size };
    const proof = await proofOf(log, known?.head, offered);
    if (known !== undefined && proof.length > 0) {
      const root = await contradiction(log, known.head, offered, proof);
      const message = `the signed tree of size ${offered.size} had another root at size ${known.head.size} than was signed before`;
      if (root !== undefined)
        return fork(store, known, checkpoint, message, {
          root: base64Lines([root]),
          proof: base64Lines(proof),
        });
    }
    const request = { oldSize: known?.head.size ?? 0, proof, checkpoint };
    const outcome = countersign(store, request, witness.cosigner, witness.nowSeconds());
    // Another request was countersigned while the tiles were read.
    if (outcome.kind !== 'conflict') return outcome;
  }
}

async function proofOf(
  log: LaterLogReader,
  known: TreeHead | undefined,
  { size }: TreeHead,
): Promise<readonly Uint8Array[]> {
  if (known === undefined || known.size === 0 || known.size === size) return [];
  return readFilesLater(planFromTiles(planConsistency(known.size, size), size), log);
}

/**
 * What the log signed now says about the entries that were countersigned, when that is something else: its own tiles prove
 * that the tree it signed had another root at the known size. A proof that does not hold accuses nobody: then undefined.
 */
async function contradiction(
  log: LaterLogReader,
  known: TreeHead,
  offered: TreeHead,
  proof: readonly Uint8Array[],
): Promise<Uint8Array | undefined> {
  const root = await readFilesLater(planFromTiles(planRoot(known.size), offered.size), log);
  const then = { size: known.size, root };
  if (sameRoot(then, known)) return undefined;
  try {
    verifyConsistency(then, offered, proof);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
  return root;
}

function fork(
  store: HeadStore,
  known: KeptHead,
  offered: Uint8Array,
  message: string,
  more: Readonly<Record<string, Uint8Array>> = {},
): Looked {
  const heads = { 'known.checkpoint': known.checkpoint, 'offered.checkpoint': offered };
  return { kind: 'fork', message, evidence: store.keepEvidence(offered, { ...heads, ...more }) };
}

const base64Lines = (hashes: readonly Uint8Array[]): Uint8Array =>
  Buffer.from(hashes.map((hash) => `${Buffer.from(hash).toString('base64')}\n`).join(''));

const refused = (code: RefusalCode, message: string): Extract<Looked, { readonly kind: 'refused' }> => ({
  kind: 'refused',
  code,
  message,
});

const sameRoot = (a: TreeHead, b: TreeHead): boolean => Buffer.from(a.root).equals(b.root);
