import { RapportError, sha256Hex } from '@rapport/kernel';
import { verifyEvents, type Damage } from '@rapport/ledger';
import { integrityProblems, sqliteEventStore, sqliteProofLog } from '@rapport/store-sqlite';
import { TENANT, type LedgerToFlip } from './ledger-to-flip.js';

/**
 * What a verification makes of a flip: it names an event; it says what of the file is damaged; the file is refused as a
 * whole; or nothing, and then all readers are given the same as before, or `unnoticed` something else. `unclear`: it ends
 * with a failure that does not say that the file is damaged.
 */
export type Outcome = 'event' | 'file' | 'refused' | 'alike' | 'unnoticed' | 'unclear';

/** An outcome, with the position of the event that is named, or the failure. */
export type Found = readonly [Outcome, (number | string)?];

/** Whoever is told one of these knows that the file is not what it was. */
const REFUSED: readonly string[] = ['STORE_CORRUPT', 'STORE_FOREIGN'];

/** Verifies all of a flipped ledger with what verifies any. @param whole everything that was in it before */
export async function outcomeOf(ledger: LedgerToFlip, whole: string): Promise<Found> {
  try {
    const damage = await damageOf(ledger);
    if (damage?.leafIndex !== undefined) return ['event', damage.leafIndex + 1];
    if (damage !== undefined || integrityProblems(ledger.file).length > 0) return ['file'];
    return [(await everythingIn(ledger)) === whole ? 'alike' : 'unnoticed'];
  } catch (error) {
    if (error instanceof RapportError && REFUSED.includes(error.code)) return ['refused'];
    return ['unclear', String(error)];
  }
}

/** The first damage of a ledger, or of some of its leaves. */
async function damageOf(
  { file, head }: LedgerToFlip,
  leaves?: { readonly from: number; readonly until: number },
): Promise<Damage | undefined> {
  const log = sqliteProofLog(file);
  try {
    const what = leaves === undefined ? { head } : { head: undefined, leaves };
    return (await verifyEvents({ tenant: TENANT, log, ...what })).damages[0];
  } finally {
    await log.close();
  }
}

/**
 * Verifies only events that a flip may show in. What comes before an event is verified first, and is whole where nothing
 * else has changed: so what is found here is what a verification of the whole ledger comes upon.
 */
export async function isNamedIn(ledger: LedgerToFlip, positions: readonly number[]): Promise<boolean> {
  try {
    for (const [first, last] of runsOf(positions)) {
      const damage = await damageOf(ledger, { from: first - 1, until: last });
      if (damage?.leafIndex !== undefined && positions.includes(damage.leafIndex + 1)) return true;
    }
    return false;
  } catch (error) {
    if (error instanceof RapportError) return false; // refused as a whole: a verification of the whole says so
    throw error;
  }
}

/** Numbers that follow each other, from the lowest on. */
function runsOf(numbers: readonly number[]): readonly (readonly [first: number, last: number])[] {
  const runs: [number, number][] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run?.[1] === number - 1) run[1] = number;
    else runs.push([number, number]);
  }
  return runs;
}

/** Everything that readers of a ledger are given, in short: all of it, each type, each stream both ways, and the head. */
export async function everythingIn({ file }: LedgerToFlip): Promise<string> {
  const store = sqliteEventStore({ file, tenant: TENANT, readOnly: true });
  try {
    const read: unknown[] = [];
    const streams = new Set<string>();
    const types = new Set<string>();
    for await (const { position, ...one } of store.readAll()) {
      read.push([String(position), one]);
      streams.add(one.stream);
      types.add(one.type);
    }
    for (const type of types)
      for await (const { position } of store.readAll({ types: [type] })) read.push(String(position));
    for (const stream of streams)
      for (const direction of ['forwards', 'backwards'] as const)
        for await (const { position } of (await store.readStream(stream, { direction })).events)
          read.push(String(position));
    const { position, count, recordedAtMs } = await store.head();
    return sha256Hex(JSON.stringify([read, String(position), count, recordedAtMs]));
  } finally {
    await store.close();
  }
}
