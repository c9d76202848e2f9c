import { setTimeout as sleep } from 'node:timers/promises';
import { RapportError } from '@rapport/kernel';
import { eventStoreDbServer } from '@rapport/store-eventstoredb';
import {
  mongoDbServer,
  mongoLeaseHolders,
  mongoSignedHeads,
  mongoWorkerRegistry,
  type LeaseHolder,
} from '@rapport/store-mongodb';
import { secretsOf } from '../files.js';
import { readLogKeys } from '../log-keys.js';
import { withoutCredentials } from './configuration.js';
import { PRODUCTION_DEFAULTS, type ProductionOptions } from './production-options.js';
import { Servers } from './servers.js';

/** A server of the production profile, as it was found. */
export interface SeenServer {
  /** Such as `EventStoreDB`. */
  readonly name: string;
  /** Where it is, without credentials. */
  readonly where: string;
  /** The variable that names it. */
  readonly variable: string;
  readonly isEncrypted: boolean;
  readonly found:
    | {
        readonly version: string;
        readonly latencyMs: number;
        /** How far its clock is ahead of this one; undefined for a server that does not tell. */
        readonly clockSkewMs?: number;
        readonly mayRead: boolean;
        readonly mayWrite: boolean;
      }
    | RapportError;
}

/** Who looks after the tenants. */
export interface SeenWork {
  /** Workers that told of themselves while it was looked. */
  readonly workersAlive: readonly string[];
  /** Workers that are still listed, and told nothing: they died, and others have or will have taken over. */
  readonly workersSilent: readonly string[];
}

/** What a tenant's leases and log say. */
export interface SeenTenant {
  readonly leases: readonly LeaseHolder[];
  /** The key under which the log is published; undefined while nothing is. */
  readonly verifierKey: string | undefined;
  /** The key in this process's folder of secrets; undefined when it holds none of this log. */
  readonly ownKey: string | undefined;
}

/** A worker tells of itself twice a second: one that is silent for so long has died, or hangs. */
const SILENCE_MS = 1_500;

/** Asks every server whether it is there and may be used; one that is not hides none of the others. */
export async function lookAtServers(
  options: ProductionOptions,
  timeoutMs: number,
): Promise<readonly SeenServer[]> {
  const { eventStoreDb, mongoDb, mongoDbKeys, database, keysDatabase } = {
    ...PRODUCTION_DEFAULTS,
    ...options,
  };
  const mongo = (name: string, variable: string, url: string, database: string): Promise<SeenServer> =>
    seen(name, variable, url, /[?&](tls|ssl)=true/.test(url) || url.startsWith('mongodb+srv:'), async () => {
      const { canWrite, ...rest } = await mongoDbServer(url, database, timeoutMs);
      return { ...rest, mayRead: true, mayWrite: canWrite };
    });
  return Promise.all([
    seen(
      'EventStoreDB',
      'RAPPORT_EVENTSTOREDB',
      eventStoreDb,
      !/[?&]tls=false/i.test(eventStoreDb),
      async () => {
        const { isReadable, isWritable, ...rest } = await eventStoreDbServer(eventStoreDb, timeoutMs);
        return { ...rest, mayRead: isReadable, mayWrite: isWritable };
      },
    ),
    mongo('MongoDB', 'RAPPORT_MONGODB', mongoDb, database),
    mongoDbKeys === undefined
      ? mongo('MongoDB of the keys', 'RAPPORT_MONGODB', mongoDb, keysDatabase)
      : mongo('MongoDB of the keys', 'RAPPORT_MONGODB_KEYS', mongoDbKeys, keysDatabase),
  ]);
}

async function seen(
  name: string,
  variable: string,
  url: string,
  isEncrypted: boolean,
  look: () => Promise<Exclude<SeenServer['found'], RapportError>>,
): Promise<SeenServer> {
  const where = withoutCredentials(url);
  try {
    return { name, variable, where, isEncrypted, found: await look() };
  } catch (error) {
    if (!(error instanceof RapportError)) throw error;
    return { name, variable, where, isEncrypted, found: error };
  }
}

/** What is going on in an installation: opened once, asked often, closed. */
export class Onlooker {
  private constructor(
    private readonly servers: Servers,
    private readonly options: ProductionOptions,
  ) {}

  /** @throws RapportError `STORE_UNAVAILABLE`, `INVALID_CONFIGURATION` */
  static async open(options: ProductionOptions): Promise<Onlooker> {
    return new Onlooker(await Servers.open(options), options);
  }

  /** Watches for a moment which workers live. */
  async work(): Promise<SeenWork> {
    const registry = mongoWorkerRegistry(this.servers.mongo);
    const before = new Map((await registry.all()).map(({ owner, beats }) => [owner, beats]));
    await sleep(SILENCE_MS);
    const after = await registry.all();
    const isAlive = ({ owner, beats }: { readonly owner: string; readonly beats: number }): boolean =>
      before.get(owner) !== beats;
    return {
      workersAlive: after.filter(isAlive).map(({ owner }) => owner),
      workersSilent: after.filter((worker) => !isAlive(worker)).map(({ owner }) => owner),
    };
  }

  async tenant(tenant: string): Promise<SeenTenant> {
    const { mongo } = this.servers;
    const own = await readLogKeys(secretsOf({ dataDir: '', keysDir: this.options.keysDir }, tenant));
    return {
      leases: await mongoLeaseHolders(mongo, tenant),
      verifierKey: await mongoSignedHeads({ mongo, tenant }).verifierKey(),
      ownKey: own?.verifierKey,
    };
  }

  close(): Promise<void> {
    return this.servers.close();
  }
}
