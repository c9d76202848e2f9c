import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Json } from '@rapport/kernel';
import { failure, saleOf } from '@rapport/testing';
import { openEmbedded } from '../embedded.js';
import { openFolderSource } from './folder-source.js';
import { openFolderTarget } from './folder-target.js';
import { moveTenant, type MovedTenant } from './move-tenant.js';

jest.setTimeout(60_000);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rapport-move-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const place = (name: string) => ({ dataDir: join(folder, name), keyEncryptionKey: 'A'.repeat(43) });
let sales = 0;

/** Records a sale in the source, as another process does while it is copied. */
async function record(): Promise<void> {
  const rapport = await openEmbedded({ ...place('source'), projector: 'inline' });
  try {
    const sale = {
      specversion: '1.0',
      ...saleOf('c-1', '2026-01-01T00:00:00Z', 100, { id: `s-${sales++}` }),
    };
    const [outcome] = await (await rapport.ledger('main')).record([sale as unknown as Json]);
    expect(outcome?.status).toBe('recorded');
  } finally {
    await rapport.close();
  }
}

/** Moves to another folder; `meanwhile` happens whenever everything there then was taken over. */
async function moved(meanwhile: (round: number) => Promise<void>): Promise<MovedTenant> {
  const held = openFolderSource(place('source'));
  const source = await held.tenant('main');
  await held.close(); // so that it may grow
  const target = await openFolderTarget(place('target'), false);
  const into = await target.tenant('main');
  let round = 0;
  const grows: typeof into = Object.assign(Object.create(into) as typeof into, {
    bringUp: async (...given: Parameters<typeof into.bringUp>) => {
      await into.bringUp(...given);
      await meanwhile(round++);
    },
  });
  try {
    return await moveTenant({ source, target: grows, isHeld: false, dryRun: false });
  } finally {
    await into.close();
    await target.close();
    await source.close();
  }
}

describe('a ledger that is moved while it grows', () => {
  it('is taken over with what came meanwhile, and compared at rest', async () => {
    await record();
    const { events, takenOver, signed, equal } = await moved(async (round) => {
      if (round < 2) await record();
    });
    expect([events, takenOver, equal?.leaves]).toEqual([4, 4, 4]); // with the scoring rules that it begins with
    expect(signed).toBe(2);
    const opened = await openEmbedded({ ...place('target'), projector: 'inline' });
    const ledger = await opened.ledger('main');
    expect([(await ledger.head()).count, (await ledger.log.head())?.size]).toEqual([4, 4]);
    expect((await ledger.hash()).all).toBe(equal?.views);
    await opened.close();
  });

  it('is refused where it does not rest, and moved once it does, from where that was', async () => {
    await record();
    const error = await failure(moved(record), 'LEDGER_IN_USE');
    expect(error.message).toMatch(/stop whoever records/);
    expect(await moved(async () => undefined)).toMatchObject({ held: 6, takenOver: 1 });
  });

  it('stays as it is when it is moved again', async () => {
    await record();
    await moved(async () => undefined);
    expect(await moved(async () => undefined)).toMatchObject({ held: 2, takenOver: 0, events: 2 });
  });
});
