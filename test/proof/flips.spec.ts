// One bit of the file of a ledger is flipped: then it is found to be damaged, or it still says the very same. Of the bits
// a seeded share is flipped; with RAPPORT_FLIPS=all (hours) every bit of the small ledger, and 20,000 of one of 100,000
// events.
import {
  closeSync,
  copyFileSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { eventIdOf, RapportError, sha256Hex } from '@rapport/kernel';
import { eventSealer, verifyEvents, type Damage, type EventToAppend, type SignedHead } from '@rapport/ledger';
import { integrityProblems, sqliteEventStore, sqliteProofLog } from '@rapport/store-sqlite';
import Sqlite from 'better-sqlite3';

const isFull = process.env['RAPPORT_FLIPS'] === 'all';
jest.setTimeout(isFull ? 8 * 3_600_000 : 300_000);

const folder = mkdtempSync(join(tmpdir(), 'rapport-flips-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Numbers from 0 to below 1, the same in every run: mulberry32 of Tommy Ettinger. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function event(stream: string, at: number): EventToAppend {
  const [id, source] = [`s-${at}`, 'urn:shop'];
  const time = new Date(Date.UTC(2020, 0, 1, 0, at)).toISOString();
  const unitPrice = { amountMinor: 100 + at, currency: 'EUR' };
  const data = { lines: [{ sku: `P-${at % 7}`, quantity: 1 + (at % 3), unitPrice }] };
  return {
    id: eventIdOf('main', stream, source, id),
    type: at % 4 === 3 ? 'rapport.sale.SaleReturned.v1' : 'rapport.sale.SaleCompleted.v1',
    body: JSON.stringify({ id, source, time, channel: 'web', data }),
    recordedAtMs: Date.UTC(2026, 0, 1) + at,
  };
}

interface Ledger {
  readonly file: string;
  /** The head as it was signed. */
  readonly head: SignedHead;
}

async function ledgerOf(name: string, streams: number, perStream: number): Promise<Ledger> {
  const file = join(folder, name);
  const store = sqliteEventStore({ file, tenant: 'main', sealer: eventSealer });
  const CHUNK = 10;
  for (let from = 0; from < perStream; from += CHUNK)
    await Promise.all(
      Array.from({ length: streams }, (_, party) => {
        const stream = `relationship/c-${party}`;
        const batch = Array.from({ length: CHUNK }, (_none, at) =>
          event(stream, party * perStream + from + at),
        );
        return store.append(stream, from === 0 ? 'none' : from - 1, batch);
      }),
    );
  await store.close();
  const log = sqliteProofLog(file);
  const { root } = await verifyEvents({ tenant: 'main', log, head: undefined });
  await log.close();
  if (root === undefined) throw new Error('a new ledger is whole');
  return { file, head: { size: streams * perStream, root, checkpoint: Buffer.alloc(0) } };
}

async function damagesOf(file: string, head: SignedHead, damagesMax = 1): Promise<readonly Damage[]> {
  const log = sqliteProofLog(file);
  try {
    return (await verifyEvents({ tenant: 'main', log, head, damagesMax })).damages;
  } finally {
    await log.close();
  }
}

/** Everything that can be read of a ledger, in short: each stream by itself, all of it, and its head. */
async function everythingIn(file: string): Promise<string> {
  const store = sqliteEventStore({ file, tenant: 'main', readOnly: true });
  try {
    const read: unknown[] = [];
    const streams = new Set<string>();
    for await (const { position, ...one } of store.readAll()) {
      read.push([String(position), one]);
      streams.add(one.stream);
    }
    for (const stream of streams)
      for await (const { position } of (await store.readStream(stream)).events) read.push(String(position));
    const { position, count, recordedAtMs } = await store.head();
    return sha256Hex(JSON.stringify([read, String(position), count, recordedAtMs]));
  } finally {
    await store.close();
  }
}

/** What is noticed of a flip: the event it shows in, the file it shows in, or nothing. */
type Outcome = 'event' | 'file' | 'harmless' | 'unnoticed';

async function outcomeOf(file: string, head: SignedHead, whole: string): Promise<Outcome> {
  try {
    const [damage] = await damagesOf(file, head);
    if (damage !== undefined) return damage.leafIndex === undefined ? 'file' : 'event';
    if (integrityProblems(file).length > 0) return 'file';
    return (await everythingIn(file)) === whole ? 'harmless' : 'unnoticed';
  } catch (error) {
    if (error instanceof RapportError) return 'file'; // the file is refused
    throw error;
  }
}

/** Flips bits of the file itself; flipping them again mends it. */
function flip(file: string, bits: readonly number[]): void {
  const opened = openSync(file, 'r+');
  const byte = Buffer.alloc(1);
  for (const bit of bits) {
    readSync(opened, byte, 0, 1, Math.floor(bit / 8));
    writeSync(opened, Buffer.of(byte.readUInt8() ^ (1 << (bit % 8))), 0, 1, Math.floor(bit / 8));
  }
  closeSync(opened);
}

describe('a ledger of 200 events of which a bit is flipped', () => {
  it('is found to be damaged, or says the very same', async () => {
    const { file, head } = await ledgerOf('small.db', 10, 20);
    const whole = await everythingIn(file);
    const image = readFileSync(file);
    const bits = image.length * 8;
    const random = seeded(1);
    const wanted = isFull
      ? Array.from({ length: bits }, (_, bit) => bit)
      : Array.from({ length: 1_000 }, () => Math.floor(random() * bits));
    const outcomes: Record<Outcome, number> = { event: 0, file: 0, harmless: 0, unnoticed: 0 };
    const unnoticed: number[] = [];
    for (const bit of wanted) {
      const flipped = join(folder, 'flipped.db');
      writeFileSync(flipped, image);
      flip(flipped, [bit]);
      const outcome = await outcomeOf(flipped, head, whole);
      outcomes[outcome]++;
      if (outcome === 'unnoticed') unnoticed.push(bit);
      for (const suffix of ['', '-wal', '-shm']) rmSync(flipped + suffix, { force: true });
    }
    if (isFull) process.stderr.write(`${bits} bits: ${JSON.stringify(outcomes)}\n`);
    expect(unnoticed).toEqual([]);
    expect(outcomes.event).toBeGreaterThan(wanted.length / 2);
  });
});

const PAGE_BYTES = 4_096;
const [EVENTS, FLIPS] = isFull ? [100_000, 20_000] : [10_000, 1_000];
const ALONE_MAX = isFull ? Infinity : 20;

describe(`a ledger of ${EVENTS} events of which bits are flipped`, () => {
  it('is found to be damaged at each of them, or says the very same', async () => {
    const { file, head } = await ledgerOf('large.db', EVENTS / 100, 100);
    const pages = pagesOf(file);
    const random = seeded(2);
    const bits = Array.from({ length: FLIPS }, () => Math.floor(random() * pages.length * PAGE_BYTES * 8));
    const inRows = bits.filter((bit) => pages[pageOf(bit)]?.rows !== undefined);
    const elsewhere = bits.filter((bit) => pages[pageOf(bit)]?.rows === undefined);
    const outcomes = { rows: 0, harmless: 0, alone: 0 };
    const alone: number[] = [];

    // Flips in rows of events, many in one reading, each in a page of its own: each shows in an event of its page.
    for (const batch of onePerPage(inRows)) {
      const copy = join(folder, 'rows.db');
      copyFileSync(file, copy);
      flip(copy, batch);
      const damaged = new Set((await damagesOf(copy, head, Infinity)).map(({ leafIndex = -1 }) => leafIndex));
      for (const bit of batch) {
        const [first, last] = rowsOf(bit);
        const shown = Array.from({ length: last - first + 1 }, (_, at) => first - 1 + at);
        if (shown.some((leafIndex) => damaged.has(leafIndex))) outcomes.rows++;
        else if (sameRows(file, copy, rowsOf(bit))) outcomes.harmless++;
        else alone.push(bit); // a node of the tree, say, whose neighbours are damaged too
      }
    }

    // Others one by one, since one hides another.
    const whole = await everythingIn(file);
    for (const bit of [...alone, ...elsewhere].slice(0, ALONE_MAX)) {
      flip(file, [bit]);
      expect([bit, await outcomeOf(file, head, whole)]).not.toEqual([bit, 'unnoticed']);
      flip(file, [bit]);
      outcomes.alone++;
    }
    if (isFull) process.stderr.write(`${FLIPS} flips: ${JSON.stringify(outcomes)}\n`);
    expect(outcomes.rows).toBeGreaterThan(FLIPS / 2);

    function rowsOf(bit: number): readonly [first: number, last: number] {
      return pages[pageOf(bit)]?.rows ?? [0, 0];
    }
  });
});

const pageOf = (bit: number): number => Math.floor(bit / 8 / PAGE_BYTES);

/** The pages of the file; of those that hold rows of events, which. */
function pagesOf(file: string): readonly { readonly rows?: readonly [first: number, last: number] }[] {
  const db = new Sqlite(file, { readonly: true });
  const count = Number(db.pragma('page_count', { simple: true }));
  const leaves = db
    .prepare("SELECT pageno, ncell FROM dbstat WHERE name = 'events' AND pagetype = 'leaf' ORDER BY path")
    .raw()
    .all() as [pageno: number, cells: number][];
  db.close();
  const pages = Array.from({ length: count }, (): { rows?: readonly [number, number] } => ({}));
  let first = 1;
  for (const [pageno, cells] of leaves) {
    pages[pageno - 1] = { rows: [first, first + cells - 1] };
    first += cells;
  }
  return pages;
}

/** Whether rows say the same in both files, and can be read in both. */
function sameRows(one: string, other: string, [first, last]: readonly [number, number]): boolean {
  const [a, b] = [one, other].map((file) => {
    const db = new Sqlite(file, { readonly: true });
    try {
      const rows = db.prepare('SELECT * FROM events WHERE position BETWEEN ? AND ?').raw().all(first, last);
      return JSON.stringify(rows);
    } catch {
      return undefined; // cannot be read
    } finally {
      db.close();
    }
  });
  return a !== undefined && a === b;
}

/** Splits bits so that no page has two in one part. */
function onePerPage(bits: readonly number[]): readonly (readonly number[])[] {
  const parts: number[][] = [];
  const seen = new Map<number, number>();
  for (const bit of bits) {
    const part = seen.get(pageOf(bit)) ?? 0;
    seen.set(pageOf(bit), part + 1);
    (parts[part] ??= []).push(bit);
  }
  return parts;
}
