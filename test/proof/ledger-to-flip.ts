import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { eventIdOf } from '@rapport/kernel';
import { eventSealer, verifyEvents, type EventToAppend, type SignedHead } from '@rapport/ledger';
import { sqliteEventStore, sqliteProofLog } from '@rapport/store-sqlite';
import Sqlite from 'better-sqlite3';

export const TENANT = 'main';

/** A ledger of which bits are flipped. */
export interface LedgerToFlip {
  readonly file: string;
  readonly events: number;
  /** The head as it was signed. */
  readonly head: SignedHead;
  readonly pages: readonly Page[];
}

/** A page of the file, by what it is a leaf of; none of these for any other page. */
export interface Page {
  /** Rows of events: the positions of the first and of the last. */
  readonly rows?: Range;
  /** Entries of the index of streams: their places in its order, from 0 on. */
  readonly entries?: Range;
  /** Another table or index of the ledger. */
  readonly isOfNames?: true;
}
export type Range = readonly [first: number, last: number];

const EVENTS_PER_APPEND = 10;

/** Makes a ledger of some streams that grow side by side; `perStream` is a multiple of ten. */
export async function ledgerToFlip(file: string, streams: number, perStream: number): Promise<LedgerToFlip> {
  const store = sqliteEventStore({ file, tenant: TENANT, sealer: eventSealer });
  for (let from = 0; from < perStream; from += EVENTS_PER_APPEND)
    await Promise.all(
      Array.from({ length: streams }, (_, party) => {
        const stream = `relationship/c-${party}`;
        const first = party * perStream + from;
        const batch = Array.from({ length: EVENTS_PER_APPEND }, (_none, at) => event(stream, first + at));
        return store.append(stream, from === 0 ? 'none' : from - 1, batch);
      }),
    );
  await store.close();
  const log = sqliteProofLog(file);
  const { root } = await verifyEvents({ tenant: TENANT, log, head: undefined });
  await log.close();
  if (root === undefined) throw new Error('a new ledger is whole');
  const events = streams * perStream;
  return { file, events, head: { size: events, root, checkpoint: Buffer.alloc(0) }, pages: pagesOf(file) };
}

function event(stream: string, at: number): EventToAppend {
  const [id, source] = [`s-${at}`, 'urn:shop'];
  const time = new Date(Date.UTC(2020, 0, 1, 0, at)).toISOString();
  const unitPrice = { amountMinor: 100 + at, currency: 'EUR' };
  const data = { lines: [{ sku: `P-${at % 7}`, quantity: 1 + (at % 3), unitPrice }] };
  return {
    id: eventIdOf(TENANT, stream, source, id),
    type: at % 4 === 3 ? 'rapport.sale.SaleReturned.v1' : 'rapport.sale.SaleCompleted.v1',
    body: JSON.stringify({ id, source, time, channel: 'web', data }),
    recordedAtMs: Date.UTC(2026, 0, 1) + at,
  };
}

function pagesOf(file: string): readonly Page[] {
  const db = new Sqlite(file, { readonly: true });
  const count = Number(db.pragma('page_count', { simple: true }));
  const leaves = db
    .prepare(
      "SELECT pageno, name, ncell FROM dbstat WHERE pagetype = 'leaf' AND pageno > 1 ORDER BY name, path",
    )
    .raw()
    .all() as [pageno: number, name: string, cells: number][];
  db.close();
  const pages = Array.from({ length: count }, (): Page => ({}));
  let [position, place] = [1, 0];
  for (const [pageno, name, cells] of leaves)
    if (name === 'events') {
      pages[pageno - 1] = { rows: [position, position + cells - 1] };
      position += cells;
    } else if (name === 'events_by_stream') {
      pages[pageno - 1] = { entries: [place, place + cells - 1] };
      place += cells + 1; // between two leaves of an index stands an entry of a page above them
    } else pages[pageno - 1] = { isOfNames: true };
  if (place !== position) throw new Error(`${position - 1} rows are not ${place - 1} entries`);
  return pages;
}

export const PAGE_BYTES = 4_096;

/** How many bits the file has. */
export const bitsOf = ({ pages }: LedgerToFlip): number => pages.length * PAGE_BYTES * 8;

/** The place among the pages of the one that a bit lies in. */
export const pageOf = (bit: number): number => Math.floor(bit / 8 / PAGE_BYTES);

/** Flips a bit of the file itself; flipping it again mends it. */
export function flip(file: string, bit: number): void {
  const opened = openSync(file, 'r+');
  try {
    const byte = Buffer.alloc(1);
    const at = Math.floor(bit / 8);
    readSync(opened, byte, 0, 1, at);
    writeSync(opened, Buffer.of(byte.readUInt8() ^ (1 << (bit % 8))), 0, 1, at);
  } finally {
    closeSync(opened);
  }
}

/** Numbers from 0 to below 1, the same in every run: mulberry32 of Tommy Ettinger. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
