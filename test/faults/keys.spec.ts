import { chmodSync, cpSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { OpenedEvent } from '@rapport/kernel';
import type { Ledger } from '@rapport/ledger';
import { openEmbedded, type Rapport } from '@rapport/profiles';
import { inquiry } from '../e2e/touchpoints.js';

jest.setTimeout(60_000);

const TEXT = { '/text': 'Where is my parcel? I am at home.' };

let dataDir: string;
let rapport: Rapport | undefined;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'rapport-keys-'));
});
afterEach(async () => {
  await close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function close(): Promise<void> {
  await rapport?.close();
  rapport = undefined;
}

async function open(tenant = 'main', readOnly = false): Promise<Ledger> {
  await close();
  rapport = await openEmbedded(
    readOnly ? { dataDir, readOnly, projector: 'none' } : { dataDir, projector: 'inline' },
  );
  return rapport.ledger(tenant);
}

async function recordOne(tenant?: string): Promise<void> {
  const [outcome] = await (await open(tenant)).record([{ ...inquiry('i-1') } as never]);
  expect(outcome?.status).toBe('recorded');
  await close();
}

async function opened(ledger: Ledger): Promise<readonly OpenedEvent[]> {
  return ledger.withPersonal((await ledger.stream('relationship/c-1')).events);
}

const secretFile = (): string => join(dataDir, '.keys', 'key-encryption-key');
const keysFile = (tenant = 'main'): string => join(dataDir, tenant, 'keys.db');

/** Refused to whoever would write or read personal values; what is not personal is read all the same. */
async function expectRefusal(code: string): Promise<void> {
  await expect(open()).rejects.toMatchObject({ code });
  const reader = await open('main', true);
  expect((await reader.stream('relationship/c-1')).events).toMatchObject([{ data: { topic: 'delivery' } }]);
  await expect(opened(reader)).rejects.toMatchObject({ code });
  await expect(reader.checkKeys()).rejects.toMatchObject({ code });
}

describe('keys of persons', () => {
  it('are there for a new ledger, for its owner only, and open in the next process', async () => {
    await recordOne();
    const modes = [join(dataDir, '.keys'), secretFile(), keysFile()].map(
      (path) => statSync(path).mode & 0o777,
    );
    expect(modes).toEqual([0o700, 0o600, 0o600]);
    expect(await opened(await open())).toMatchObject([{ personal: TEXT }]);
    expect(await opened(await open('main', true))).toMatchObject([{ personal: TEXT }]);
  });

  it('that another key-encryption key wrapped are refused with KEY_WRONG', async () => {
    await recordOne();
    writeFileSync(secretFile(), Buffer.alloc(32, 1).toString('base64url'));
    await expectRefusal('KEY_WRONG');
  });

  it('without their key-encryption key are refused, and no new one is made in its place', async () => {
    await recordOne();
    renameSync(secretFile(), `${secretFile()}.away`);
    await expectRefusal('INVALID_CONFIGURATION');
    await expect(open('another')).rejects.toMatchObject({ code: 'INVALID_CONFIGURATION' });
    await close();
    renameSync(`${secretFile()}.away`, secretFile());
    expect(await opened(await open())).toMatchObject([{ personal: TEXT }]);
  });

  it('whose key-encryption key others may read are refused', async () => {
    await recordOne();
    chmodSync(secretFile(), 0o644);
    await expectRefusal('INVALID_CONFIGURATION');
  });

  it('whose store is lost are refused with KEY_NOT_FOUND, and no new store is made in its place', async () => {
    await recordOne();
    renameSync(keysFile(), `${keysFile()}.away`);
    await expectRefusal('KEY_NOT_FOUND');
    await close();
    renameSync(`${keysFile()}.away`, keysFile());
    expect(await opened(await open())).toMatchObject([{ personal: TEXT }]);
  });

  it('of another tenant are refused with STORE_FOREIGN, and open nothing', async () => {
    await recordOne();
    await recordOne('other');
    cpSync(keysFile('other'), keysFile());
    await expectRefusal('STORE_FOREIGN');
  });
});
