import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { rapportClient } from '@rapport/client';
import type { JsonObject } from '@rapport/kernel';
import { inquiry } from '../e2e/touchpoints.js';
import { jsonOf, rapport, serveCommand, type Said, type ServedCommand } from './rapport-command.js';

jest.setTimeout(180_000);

const TEXT = 'Where is my parcel? I am at home.';

let folder = '';
let served: ServedCommand | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rapport-backup-'));
});
afterEach(async () => {
  await served?.kill();
  served = undefined;
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a command; `@` stands for the spec's folder. */
const run = (line: string, options: Parameters<typeof rapport>[1] = {}): Promise<Said> =>
  rapport(line.replaceAll('@', `${folder}/`).split(' '), options);

const lines = (events: readonly object[]): string => events.map((event) => JSON.stringify(event)).join('\n');

describe('rapport backup and restore', () => {
  it('bring back, after a kill, what a server under load had when the backup was made', async () => {
    served = await serveCommand(join(folder, 'data'));
    const load = recording(served.url);
    await load.reached(500);
    const backup = await run('backup @backup --keys-to @vault --data @data --json');
    expect([backup.code, backup.stderr]).toEqual([0, '']);
    const [{ events, signed }] = jsonOf(backup)['tenants'] as [{ events: number; signed: number }];
    await load.reached(load.count() + 500);
    await served.kill();
    await load.ended();
    expect(signed).toBeLessThanOrEqual(events);
    expect(events).toBeGreaterThanOrEqual(500);
    expect(events).toBeLessThan(load.count());

    const restored = await run('restore @backup --keys-from @vault --data @restored --keys @keys --json');
    expect(restored.code).toBe(0);
    expect(jsonOf(restored)).toMatchObject({ tenants: [{ tenant: 'main', events, erased: 0 }] });
    expect((await run('views catch-up --data @restored --keys @keys')).code).toBe(0);
    const verified = await run('verify --store --data @restored --keys @keys --json');
    expect(jsonOf(verified)).toMatchObject({ whole: true, events: { events }, head: { size: events } });
    expect(jsonOf(verified)['views']).not.toHaveProperty('notCompared');

    const all = (await run('export events --format cloudevents --personal --data @data')).stdout;
    const upToBackup = all.split('\n').slice(0, events).join('\n');
    expect((await run('record - --data @again', { stdin: upToBackup })).code).toBe(0);
    const hashOf = async (data: string): Promise<unknown> =>
      jsonOf(await run(`views hash --data ${data} --json`));
    expect(await hashOf('@restored')).toEqual(await hashOf('@again'));
    const personal = await run('export events --personal --data @restored --keys @keys');
    expect(personal.stdout.split(TEXT).length - 1).toBe(events - 1); // all but the first, the scoring rules
  });

  it('keep an erased person erased, whichever part is older', async () => {
    const stdin = lines([inquiry('i-1'), inquiry('i-2', 'c-2')]);
    await run('record - --data @data --keys @keys', { stdin });
    await run('backup @backup --keys-to @vault --data @data --keys @keys');
    await run('erase c-1 --basis request --data @data --keys @keys');
    await run('backup @later --keys-to @later-vault --data @data --keys @keys');
    const readable = async (line: string): Promise<readonly [unknown, number]> => {
      const said = await run(`${line} --json`);
      expect([said.code, said.stderr.includes('"error"')]).toEqual([0, false]);
      const [{ erased }] = jsonOf(said)['tenants'] as [{ erased: number }];
      const { stdout } = await run(`export events --personal ${/--data.*/.exec(line)?.[0]}`);
      return [erased, stdout.split(TEXT).length - 1];
    };
    // Secrets that survived tell of the erasure; so does a later backup of the keys; so does the later ledger.
    expect(await readable('restore @backup --keys-from @vault --data @one --keys @keys')).toEqual([1, 1]);
    expect(await readable('restore @backup --keys-from @later-vault --data @two --keys @keys-2')).toEqual([
      1, 1,
    ]);
    expect(await readable('restore @later --keys-from @later-vault --data @three --keys @keys-3')).toEqual([
      1, 1,
    ]);
    // Nothing tells of it where both are older and the secrets are lost, too: that is what the guide warns of.
    expect(await readable('restore @backup --keys-from @vault --data @four --keys @keys-4')).toEqual([0, 2]);
    const older = await run('restore @later --keys-from @vault --data @five --keys @keys-5');
    expect([older.code, older.stderr]).toEqual([3, expect.stringContaining('before the events')]);
  });

  it('say that signed events are lost when the secrets know of more than the backup holds', async () => {
    await run('record - --data @data --keys @keys', { stdin: lines([inquiry('i-1')]) });
    await run('backup @backup --keys-to @vault --data @data --keys @keys');
    await run('record - --data @data --keys @keys', { stdin: lines([inquiry('i-2')]) });
    const restored = await run('restore @backup --keys-from @vault --data @old --keys @keys --json');
    expect(restored.code).toBe(0);
    expect(jsonOf(restored)['warnings']).toEqual([
      expect.stringMatching(/3 events were signed, and the backup holds 2.*log new-key/),
    ]);
  });

  it('overwrite nothing, copy nothing in a dry run, and leave nothing of what failed', async () => {
    await run('record - --data @data', { stdin: lines([inquiry('i-1')]) });
    const dry = await run('backup @backup --data @data --dry-run');
    expect([dry.code, dry.stdout]).toEqual([0, expect.stringContaining('Nothing was copied')]);
    expect(dry.stderr).toContain('--keys-to');
    expect(existsSync(join(folder, 'backup'))).toBe(false);
    expect((await run('backup @none/b --data @none')).code).toBe(4);

    expect((await run('backup @backup --data @data')).code).toBe(0);
    expect(statSync(join(folder, 'backup', 'main', 'ledger.db')).mode & 0o777).toBe(0o600);
    const again = await run('backup @backup --data @data');
    expect([again.code, again.stderr]).toEqual([3, expect.stringContaining('not empty')]);
    const onto = await run('restore @backup --data @data');
    expect([onto.code, onto.stderr]).toEqual([3, expect.stringContaining('not empty')]);
    const checked = await run('restore @backup --data @fresh --dry-run');
    expect([checked.code, existsSync(join(folder, 'fresh'))]).toEqual([0, false]);

    rmSync(join(folder, 'data', '.keys', 'key-encryption-key'));
    rmSync(join(folder, 'data', 'main', 'keys.db'));
    const failed = await run('backup @failed --data @data');
    expect([failed.code, failed.stderr]).toEqual([6, expect.stringContaining('keys.db')]);
    expect(existsSync(join(folder, 'failed', 'main'))).toBe(false);
  });

  it('refuse a backup that is not finished, was cut short, or was changed', async () => {
    await run('record - --data @data', { stdin: lines([inquiry('i-1')]) });
    await run('backup @backup --data @data');
    const ledger = join(folder, 'backup', 'main', 'ledger.db');
    const manifest = join(folder, 'backup', 'backup.json');
    const refusal = async (): Promise<readonly [number | null, string, boolean]> => {
      const { code, stderr } = await run('restore @backup --data @restored');
      return [code, stderr, existsSync(join(folder, 'restored'))];
    };
    copyFileSync(ledger, join(folder, 'whole'));
    const bytes = readFileSync(ledger);
    bytes[bytes.length - 100] = (bytes[bytes.length - 100] ?? 0) ^ 1;
    writeFileSync(ledger, bytes);
    expect(await refusal()).toEqual([6, expect.stringContaining(ledger), false]);
    truncateSync(ledger, 4_096);
    expect(await refusal()).toEqual([6, expect.stringContaining(ledger), false]);
    copyFileSync(join(folder, 'whole'), ledger);
    const text = readFileSync(manifest, 'utf8');
    writeFileSync(manifest, text.slice(0, 100));
    expect(await refusal()).toEqual([6, expect.stringContaining('not that of a backup'), false]);
    rmSync(manifest);
    expect(await refusal()).toEqual([4, expect.stringContaining('no finished backup'), false]);
    writeFileSync(manifest, text);
    expect((await run('restore @backup --data @restored')).code).toBe(0);
  });
});

/** Records one event after the other until the server is gone. */
function recording(url: string) {
  const client = rapportClient({ url, source: 'urn:spec', tenant: 'main', giveUpAfterMs: 1 });
  let acknowledged = 0;
  let isOver = false;
  const running = (async () => {
    for (let batch = 0; ; batch++) {
      const events = Array.from(
        { length: 20 },
        (_, i) => ({ ...inquiry(`i-${batch}-${i}`, `c-${(batch * 7 + i) % 50}`) }) as JsonObject,
      );
      acknowledged += (await client.recordCloudEvents(events)).filter(
        ({ status }) => status === 'recorded',
      ).length;
    }
  })().catch(() => {
    isOver = true; // the server was killed
  });
  return {
    count: () => acknowledged,
    reached: async (count: number): Promise<void> => {
      while (acknowledged < count) {
        if (isOver) throw new Error('the server ended too early');
        await new Promise((wake) => setTimeout(wake, 5));
      }
    },
    ended: () => running,
  };
}
