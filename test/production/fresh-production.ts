import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configurationOf, type ProductionConfiguration } from '@rapport/profiles';
import { connectMongo } from '@rapport/store-mongodb';
import { eventStoreDbForTests, mongoDbForTests } from '@rapport/testing';

/** Databases, a prefix of streams and a folder of secrets that nobody else has. */
export interface FreshProduction {
  /** What a process of it is configured by. */
  readonly environment: Readonly<Record<string, string>>;
  readonly configuration: ProductionConfiguration;
  /** Removes all of it but the events, which EventStoreDB keeps. */
  drop(): Promise<void>;
}

/** Addresses of an EventStoreDB and a MongoDB. */
export interface ServersForTests {
  readonly eventStoreDb: string;
  readonly mongoDb: string;
}

/** Where the servers for specs are; undefined when one of them does not answer, after a line that says so. */
export async function serversForTests(): Promise<ServersForTests | undefined> {
  const [eventStoreDb, mongoDb] = await Promise.all([eventStoreDbForTests(), mongoDbForTests()]);
  return eventStoreDb === undefined || mongoDb === undefined ? undefined : { eventStoreDb, mongoDb };
}

/** Makes an empty production installation, on the servers for specs unless others are given. */
export async function freshProduction(
  more: Readonly<Record<string, string>> = {},
  given?: ServersForTests,
): Promise<FreshProduction> {
  const servers = given ?? (await serversForTests());
  if (servers === undefined) throw new Error('the servers for specs do not answer');
  const name = `t${randomBytes(6).toString('hex')}`;
  const folder = await mkdtemp(join(tmpdir(), 'rapport-production-'));
  const [database, keysDatabase] = [`rapport_${name}`, `rapport_${name}_keys`];
  const environment = {
    RAPPORT_PROFILE: 'production',
    RAPPORT_EVENTSTOREDB: servers.eventStoreDb,
    RAPPORT_EVENTSTOREDB_PREFIX: `${name}_`,
    RAPPORT_MONGODB: servers.mongoDb,
    RAPPORT_MONGODB_DATABASE: database,
    RAPPORT_MONGODB_KEYS_DATABASE: keysDatabase,
    RAPPORT_DATA: join(folder, 'data'),
    RAPPORT_KEYS: join(folder, 'secrets'),
    RAPPORT_LEASE_MS: '3000',
    RAPPORT_DRAIN_MS: '0',
    RAPPORT_WORKER_PORT: '0',
    ...more,
  };
  const configuration = configurationOf(environment);
  if (configuration.profile !== 'production') throw new Error('the profile of the specs is another one');
  return {
    environment,
    configuration,
    async drop() {
      for (const one of [database, keysDatabase]) {
        const mongo = await connectMongo({ url: servers.mongoDb, database: one });
        await mongo.db.dropDatabase();
        await mongo.close();
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}
