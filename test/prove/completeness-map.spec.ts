import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { JsonObject } from '@rapport/kernel';
import { advanceMap, type MapState, type SealedEvent } from '@rapport/ledger';
import { openEmbedded, proveQuestion } from '@rapport/profiles';
import { EMPTY_MAP_ROOT, extendChain, proveKey, readNodesLater, verifyMapProof } from '@rapport/proof';
import { sqliteCompletenessMap, sqliteProofLog } from '@rapport/store-sqlite';
import { kinds } from '@rapport/touchpoints';
import { touchpoint } from '../engine/open-ledger.js';
import { ProvenLedger } from './proven-ledger.js';

jest.setTimeout(120_000);

const about = (party: string): { subject: string } => ({ subject: `relationship/${party}` });
const timeline = (party: string) => ({ name: 'timeline', parameters: { party } });

let ledger: ProvenLedger;
beforeEach(() => {
  ledger = new ProvenLedger();
});
afterEach(() => ledger.remove());

const file = (name: string): string => join(ledger.dataDir, 'main', name);

/** Brings a map to the end of the log, as whoever proves does. */
async function advanced(name: string): Promise<MapState> {
  return ledger.use(async (open) => {
    const log = sqliteProofLog(file('ledger.db'));
    const map = sqliteCompletenessMap({ file: file(name) });
    try {
      const eventAt = async (stream: string, from: number) =>
        (await open.stream(stream, { from, countMax: 1 })).events[0];
      return await advanceMap({ log, map, kinds, eventAt });
    } finally {
      await map.close();
      await log.close();
    }
  });
}

describe('the completeness map', () => {
  it('is the same however the ledger grew while it was made', async () => {
    const events = [
      touchpoint('SaleCompleted', 'sale-1'),
      touchpoint('SaleCompleted', 'sale-2', about('c-2')),
      touchpoint('TouchpointVoided', 'void-1', { correctsid: 'sale-1', data: { reason: 'twice' } }),
      touchpoint('PartiesMerged', 'merge-1', { data: { absorbed: 'c-2', basis: 'same number' } }),
    ];
    const roots: Uint8Array[] = [];
    for (const event of events) {
      await ledger.record(event);
      roots.push((await advanced('bit-by-bit.db')).root);
    }
    const whole = await advanced('at-once.db');
    expect(roots.at(-1)).toEqual(whole.root);
    expect(new Set(roots.map((root) => Buffer.from(root).toString('hex'))).size).toBe(events.length);
    expect(whole.root).not.toEqual(EMPTY_MAP_ROOT);
  });

  it('holds for every key the chain over its leaves, and proves what it held at earlier roots', async () => {
    await ledger.record(touchpoint('SaleCompleted', 'sale-1'));
    const before = await advanced('map.db');
    await ledger.record(touchpoint('SaleCompleted', 'sale-2'));
    const after = await advanced('map.db');
    const map = sqliteCompletenessMap({ file: file('map.db'), readOnly: true });
    const log = sqliteProofLog(file('ledger.db'));
    try {
      const key = '["history","c-1"]';
      const held = async ({ root }: MapState, name = key) => {
        const path = Buffer.from(name);
        const proof = await readNodesLater(proveKey(root, path), (hashes) => map.nodes(hashes));
        return verifyMapProof(root, path, proof);
      };
      const leaves = await log.sealedAt(await map.leavesOf(key, after.size));
      expect(leaves).toHaveLength(2);
      const [one, two] = leaves as [SealedEvent, SealedEvent];
      const first = extendChain(undefined, one.leafHash);
      expect(await held(before)).toEqual(first);
      expect(await held(after)).toEqual(extendChain(first, two.leafHash));
      expect(await map.leavesOf(key, before.size)).toEqual([one.leafIndex]);
      expect(await held(after, '["history","c-2"]')).toBeUndefined();
    } finally {
      await map.close();
      await log.close();
    }
  });

  it('may be thrown away, or damaged: what is proven stays provable', async () => {
    await ledger.record(touchpoint('SaleCompleted', 'sale-1'));
    expect(await (await ledger.prove(timeline('c-1'))).refusal()).toBe('accepted');
    rmSync(file('map.db'));
    expect(await (await ledger.prove(timeline('c-1'))).refusal()).toBe('accepted');
    const said = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    writeFileSync(file('map.db'), 'no map');
    try {
      expect(await (await ledger.prove(timeline('c-1'))).refusal()).toBe('accepted');
      expect(said).toHaveBeenCalledWith(expect.stringContaining('made again from the log'));
    } finally {
      said.mockRestore();
    }
  });

  it('is made anew when it is that of another log', async () => {
    const other = new ProvenLedger();
    try {
      await other.record(touchpoint('SaleCompleted', 'other', about('c-9')));
      await other.prove(timeline('c-9'));
      await ledger.record(touchpoint('SaleCompleted', 'sale-1'), touchpoint('SaleCompleted', 'sale-2'));
      const theirs = sqliteCompletenessMap({ file: join(other.dataDir, 'main', 'map.db') });
      const state = await theirs.state();
      await theirs.close();
      rmSync(file('map.db'), { force: true });
      writeFileSync(file('map.db'), readFileSync(join(other.dataDir, 'main', 'map.db')));
      const mine = await advanced('map.db');
      expect(mine.size).toBeGreaterThanOrEqual(state?.size ?? Infinity);
      expect(mine.root).toEqual((await advanced('anew.db')).root);
    } finally {
      other.remove();
    }
  });

  it('takes up leaves once, whoever else does', async () => {
    await ledger.record(touchpoint('SaleCompleted', 'sale-1'));
    const state = await advanced('map.db');
    const map = sqliteCompletenessMap({ file: file('map.db') });
    const step = { from: 0, to: state, changes: [], nodes: [] };
    await expect(map.advance(step)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await map.close();
  });
});

describe('a server', () => {
  it('logs its map at intervals while something is recorded, and beside it answers are proven', async () => {
    const rapport = await openEmbedded({ dataDir: ledger.dataDir, projector: 'thread', mapIntervalMs: 100 });
    try {
      const open = await rapport.ledger('main');
      const seals = async (): Promise<number> => (await open.stream('policy/proof')).events.length;
      const reach = async (count: number): Promise<void> => {
        for (let turn = 0; turn < 300 && (await seals()) < count; turn++)
          await new Promise((resolve) => setTimeout(resolve, 50));
        expect(await seals()).toBe(count);
      };
      await reach(1); // the rules that a ledger begins with
      const record = (...events: readonly JsonObject[]) => open.record(events);
      const [sale] = await record(touchpoint('SaleCompleted', 'sale-1'));
      expect(sale?.status).toBe('recorded');
      await reach(2);
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(await seals()).toBe(2); // its own seals are no news
      const bundle = await provenBeside(timeline('c-1'));
      expect(bundle).toContain('"id":"sale-1"'.replaceAll('"', '\\"'));
    } finally {
      await rapport.close();
    }
  });

  it('that has not logged its map yet says so to whoever wants a proof', async () => {
    const rapport = await openEmbedded({ dataDir: ledger.dataDir, projector: 'thread' });
    try {
      await rapport.ledger('main');
      await expect(provenBeside(timeline('c-1'))).rejects.toMatchObject({ code: 'PROOF_NOT_READY' });
    } finally {
      await rapport.close();
    }
  });
});

const provenBeside = async (question: ReturnType<typeof timeline>): Promise<string> =>
  (await proveQuestion({ dataDir: ledger.dataDir }, 'main', question)).lines.join('');
