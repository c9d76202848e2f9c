import { chmod, mkdir } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { startWorker } from '@rapport/profiles';
import { jsonOf, rapport, type Said } from '../cli/rapport-command.js';
import { inquiry } from '../e2e/touchpoints.js';
import { freshProduction, serversForTests, type FreshProduction } from './fresh-production.js';

jest.setTimeout(120_000);
const describeOnServers = (await serversForTests()) === undefined ? describe.skip : describe;

interface Finding {
  readonly check: string;
  readonly state: 'ok' | 'note' | 'mend';
  readonly says: string;
}

const findingsOf = (said: Said): readonly Finding[] => jsonOf(said)['findings'] as readonly Finding[];

describe('rapport doctor of a production that is not configured', () => {
  it('says which variable is missing or wrong, and shows no password', async () => {
    const secret = 'hunter2';
    const environment = {
      RAPPORT_PROFILE: 'production',
      RAPPORT_KEYS: 'secrets',
      RAPPORT_EVENTSTOREDB: `http://admin:${secret}@127.0.0.1`,
    };
    const said = await rapport(['doctor', '--json'], { environment });
    expect(said.code).toBe(6);
    expect(findingsOf(said)).toContainEqual({
      check: 'configuration',
      state: 'mend',
      says: expect.stringContaining('RAPPORT_EVENTSTOREDB'),
    });
    expect(said.stdout + said.stderr).not.toContain(secret);
  });
});

describeOnServers('rapport doctor of a production', () => {
  let production: FreshProduction;
  beforeEach(async () => {
    production = await freshProduction();
  });
  afterEach(() => production.drop());

  const doctor = async (more: Readonly<Record<string, string>> = {}): Promise<readonly Finding[]> =>
    findingsOf(await rapport(['doctor', '--json'], { environment: { ...production.environment, ...more } }));
  const mending = (findings: readonly Finding[]): readonly string[] =>
    findings.filter(({ state }) => state === 'mend').map(({ check }) => check);
  const recordOne = async (): Promise<void> => {
    const { environment } = production;
    const { code } = await rapport(['record', '-'], { environment, stdin: JSON.stringify(inquiry('i-1')) });
    expect(code).toBe(0);
  };

  it('finds everything in order while a worker lives, and who holds what', async () => {
    const worker = await startWorker(production.configuration);
    try {
      await recordOne();
      const findings = await doctor();
      expect(mending(findings)).toEqual([]);
      const says = (check: string): string | undefined =>
        findings.find((finding) => finding.check === check)?.says;
      expect(says('EventStoreDB')).toMatch(/^\d+\.\d+.* may be read and written/);
      expect(says('MongoDB')).toMatch(/^\d+\.\d+.* may be read and written/);
      for (const check of ['workers', 'main: projector', 'main: sealer'])
        expect(says(check)).toContain(worker.owner);
      expect(says('main: events')).toBe('2 events read back.');
    } finally {
      await worker.close();
    }
  });

  it('names what stands still when no worker lives', async () => {
    const worker = await startWorker(production.configuration);
    await recordOne();
    await worker.close();
    expect(mending(await doctor())).toEqual(['workers', 'main: projector', 'main: sealer']);
  });

  it('names each server that does not answer, and looks at the others all the same', async () => {
    const none = '127.0.0.1:9';
    const findings = await doctor({
      RAPPORT_EVENTSTOREDB: `esdb://admin:hunter2@${none}?tls=false`,
      RAPPORT_MONGODB_KEYS: `mongodb://rapport:hunter2@${none}/`,
    });
    expect(mending(findings)).toEqual(['EventStoreDB', 'MongoDB of the keys']);
    expect(findings).toContainEqual(expect.objectContaining({ check: 'MongoDB', state: 'ok' }));
    const text = JSON.stringify(findings);
    expect(text).toContain('RAPPORT_MONGODB_KEYS names mongodb://127.0.0.1:9');
    expect(text).not.toContain('hunter2');
  });

  it('warns of secrets that others may read', async () => {
    const { keysDir } = production.configuration;
    await mkdir(keysDir, { recursive: true });
    await chmod(keysDir, 0o755);
    expect(mending(await doctor())).toContain('folder of secrets');
  });
});
