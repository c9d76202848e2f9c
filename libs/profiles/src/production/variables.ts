import { PRODUCTION_DEFAULTS } from './production-options.js';

/** A variable of the environment that Rapport reads, for the reference and for whoever checks a configuration. */
export interface Variable {
  readonly name: `RAPPORT_${string}`;
  readonly meaning: string;
  /** What it is unless set; none where it must be set, or where nothing stands for it. */
  readonly default?: string;
  /** Which profile reads it. */
  readonly profile: 'both' | 'embedded' | 'production';
  readonly isRequired?: true;
  /** May stand in a file, which the variable with `_FILE` behind its name then names: as container secrets do. */
  readonly isSecret?: true;
}

/** Every variable that a profile reads. */
export const VARIABLES = [
  {
    name: 'RAPPORT_PROFILE',
    meaning: '`embedded` (one process, one data folder) or `production` (EventStoreDB and MongoDB)',
    default: 'embedded',
    profile: 'both',
  },
  {
    name: 'RAPPORT_DATA',
    meaning: 'the data folder; in production only where a command remembers how far an import got',
    default: './data',
    profile: 'both',
  },
  {
    name: 'RAPPORT_KEYS',
    meaning: 'the folder of secrets and signed heads; must be set in production',
    default: '<data>/.keys',
    profile: 'both',
  },
  {
    name: 'RAPPORT_KEY_ENCRYPTION_KEY',
    meaning: 'the secret that wraps the keys of persons, instead of the file in the folder of secrets',
    profile: 'both',
    isSecret: true,
  },
  {
    name: 'RAPPORT_ERASURE_APPROVAL',
    meaning: '`required` when a second person has to approve an erasure, else `none`',
    default: 'none',
    profile: 'both',
  },
  {
    name: 'RAPPORT_EVENTSTOREDB',
    meaning: 'connection string of EventStoreDB, credentials and TLS in it',
    profile: 'production',
    isRequired: true,
    isSecret: true,
  },
  {
    name: 'RAPPORT_EVENTSTOREDB_PREFIX',
    meaning: 'stands before the names of tenants in EventStoreDB, where several installations share it',
    default: '',
    profile: 'production',
  },
  {
    name: 'RAPPORT_MONGODB',
    meaning: 'connection string of the MongoDB of views and proof logs',
    profile: 'production',
    isRequired: true,
    isSecret: true,
  },
  {
    name: 'RAPPORT_MONGODB_DATABASE',
    meaning: 'its database',
    default: PRODUCTION_DEFAULTS.database,
    profile: 'production',
  },
  {
    name: 'RAPPORT_MONGODB_KEYS',
    meaning: 'connection string of the MongoDB of the keys of persons; that of the views unless set',
    profile: 'production',
    isSecret: true,
  },
  {
    name: 'RAPPORT_MONGODB_KEYS_DATABASE',
    meaning: 'its database',
    default: PRODUCTION_DEFAULTS.keysDatabase,
    profile: 'production',
  },
  {
    name: 'RAPPORT_TENANTS',
    meaning: 'the tenants that this process looks after, separated by commas; all unless set',
    profile: 'production',
  },
  {
    name: 'RAPPORT_LOG_HOST',
    meaning: 'the host in the origin of a new proof log, `<host>/<tenant>`',
    default: 'rapport.local',
    profile: 'both',
  },
  {
    name: 'RAPPORT_LEASE_MS',
    meaning: 'for how long a worker holds what it looks after: so long after its death another takes over',
    default: String(PRODUCTION_DEFAULTS.leaseMs),
    profile: 'production',
  },
  {
    name: 'RAPPORT_MAP_INTERVAL_MS',
    meaning: 'how often the root of the completeness map is logged, where something was recorded meanwhile',
    default: String(PRODUCTION_DEFAULTS.mapIntervalMs),
    profile: 'both',
  },
  {
    name: 'RAPPORT_DRAIN_MS',
    meaning: 'how long a server that stops says so in /readyz while it still answers: 3000 in production',
    default: '0',
    profile: 'both',
  },
  {
    name: 'RAPPORT_WORKER_PORT',
    meaning: 'port on which a worker tells of its health, 0 for any free one',
    default: '7071',
    profile: 'production',
  },
  {
    name: 'RAPPORT_WORKER_HOST',
    meaning: 'address on which it does',
    default: '127.0.0.1',
    profile: 'production',
  },
] as const satisfies readonly Variable[];

/** The name of one of them. */
export type VariableName = (typeof VARIABLES)[number]['name'];
