import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { configurationOf, placeOf } from './configuration.js';

const PRODUCTION = {
  RAPPORT_PROFILE: 'production',
  RAPPORT_EVENTSTOREDB: 'esdb://ops:s3cret@events.example.org:2113?tls=true',
  RAPPORT_MONGODB: 'mongodb://ops:s3cret@one.example.org,two.example.org/?replicaSet=rs',
  RAPPORT_KEYS: 'secrets',
};
const problemOf = (environment: Readonly<Record<string, string>>): string => {
  try {
    configurationOf(environment);
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing is wrong';
};

describe('a configuration', () => {
  it('is that of the embedded profile in ./data where nothing is set', () => {
    expect(configurationOf({})).toEqual({
      ...{ profile: 'embedded', dataDir: './data', erasureApproval: false },
      ...{ mapIntervalMs: 300_000, drainMs: 0 },
    });
  });

  it('takes what the command line says before what the environment says', () => {
    const environment = { RAPPORT_DATA: 'a', RAPPORT_KEYS: 'b' };
    expect(configurationOf(environment, { dataDir: 'c', keysDir: 'd' })).toMatchObject({
      ...{ dataDir: 'c', keysDir: 'd' },
    });
    expect(configurationOf(environment)).toMatchObject({ dataDir: 'a', keysDir: 'b' });
  });

  it('of production needs both servers and the folder of secrets, and has a default for the rest', () => {
    expect(configurationOf(PRODUCTION)).toMatchObject({
      profile: 'production',
      eventStoreDb: PRODUCTION.RAPPORT_EVENTSTOREDB,
      mongoDb: PRODUCTION.RAPPORT_MONGODB,
      ...{ database: 'rapport', keysDatabase: 'rapport_keys', keysDir: 'secrets' },
      ...{ leaseMs: 5_000, drainMs: 3_000, workerPort: 7_071, workerHost: '127.0.0.1' },
    });
    for (const name of ['RAPPORT_EVENTSTOREDB', 'RAPPORT_MONGODB', 'RAPPORT_KEYS'] as const)
      expect(problemOf({ ...PRODUCTION, [name]: '' })).toMatch(new RegExp(`^${name} is not set: `));
  });

  it('that is wrong is refused by the name of the variable and what to set instead', () => {
    const wrong = {
      RAPPORT_PROFILE: ['prod', 'set it to "embedded" or "production"'],
      RAPPORT_EVENTSTOREDB: ['http://events:2113', 'set it to one like esdb://'],
      RAPPORT_MONGODB: ['localhost:27017', 'set it to one like mongodb://'],
      RAPPORT_MONGODB_DATABASE: ['a b', 'set it to a name'],
      RAPPORT_TENANTS: ['main,No-Name', 'names of tenants'],
      RAPPORT_LEASE_MS: ['10', 'a whole number from 1000 to 60000'],
      RAPPORT_WORKER_PORT: ['99999', 'a whole number from 0 to 65535'],
      RAPPORT_ERASURE_APPROVAL: ['yes', 'set it to "none" or "required"'],
      RAPPORT_LOG_HOST: ['http://x', 'a host name like'],
    };
    for (const [name, [value = '', hint = '']] of Object.entries(wrong)) {
      const problem = problemOf({ ...PRODUCTION, [name]: value });
      expect(problem).toContain(name);
      expect(problem).toContain(hint);
    }
  });

  it('never has a secret in its refusals or in what messages call it', () => {
    expect(problemOf({ ...PRODUCTION, RAPPORT_MONGODB: 'mongo://ops:s3cret@one' })).not.toContain('s3cret');
    expect(placeOf(configurationOf(PRODUCTION))).toBe(
      'mongodb://one.example.org,two.example.org database rapport with esdb://events.example.org:2113',
    );
  });

  it('names the tenants that a process looks after', () => {
    expect(configurationOf({ ...PRODUCTION, RAPPORT_TENANTS: 'main, acme' })).toMatchObject({
      tenants: ['main', 'acme'],
    });
  });
});

describe('a secret of the configuration', () => {
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'rapport-secrets-'))));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('may stand in a file, as container secrets do', () => {
    const file = join(folder, 'mongodb');
    writeFileSync(file, 'mongodb://ops:other@db\n');
    const { RAPPORT_MONGODB: _own, ...rest } = PRODUCTION;
    expect(configurationOf({ ...rest, RAPPORT_MONGODB_FILE: file })).toMatchObject({
      mongoDb: 'mongodb://ops:other@db',
    });
  });

  it('stands in one place only, and its file can be read', () => {
    expect(problemOf({ ...PRODUCTION, RAPPORT_MONGODB_FILE: 'somewhere' })).toBe(
      'RAPPORT_MONGODB is set, and so is RAPPORT_MONGODB_FILE: set one of them.',
    );
    expect(
      problemOf({ ...PRODUCTION, RAPPORT_MONGODB: '', RAPPORT_MONGODB_FILE: join(folder, 'none') }),
    ).toMatch(/^RAPPORT_MONGODB_FILE names .* cannot be read \(ENOENT\)/);
  });

  it('in a file of a variable that holds none is not looked at', () => {
    expect(configurationOf({ RAPPORT_DATA_FILE: join(folder, 'none') })).toMatchObject({ dataDir: './data' });
  });
});
