import type { EmbeddedOptions } from '../rapport.js';
import { isTenantName } from '../tenant-name.js';
import { EnvironmentReader, invalid } from './environment-reader.js';
import { PRODUCTION_DEFAULTS, type ProductionOptions } from './production-options.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** How long and where a server or worker answers, whatever the profile. */
interface ServingSettings {
  readonly drainMs: number;
}

/** What the environment says, checked. */
export type Configuration =
  | ({ readonly profile: 'embedded' } & ServingSettings & EmbeddedOptions)
  | ({
      readonly profile: 'production';
      readonly dataDir: string;
      readonly workerPort: number;
      readonly workerHost: string;
    } & ServingSettings &
      ProductionOptions);

/** The part of it that opens the production profile. */
export type ProductionConfiguration = Extract<Configuration, { readonly profile: 'production' }>;

const DRAIN_MS_PRODUCTION = 3_000;

/**
 * Reads the configuration from the environment.
 * @param given what the command line says, which goes before the environment
 * @throws RapportError `INVALID_CONFIGURATION` naming the variable and what to set; a secret is never quoted
 * @example
 * const rapport = await openRapport(configurationOf(process.env), 'serve');
 */
export function configurationOf(
  environment: Environment,
  given: { readonly dataDir?: string | undefined; readonly keysDir?: string | undefined } = {},
): Configuration {
  const read = new EnvironmentReader(environment);
  const profile = read.oneOf('RAPPORT_PROFILE', ['embedded', 'production']);
  const dataDir = given.dataDir ?? read.text('RAPPORT_DATA') ?? './data';
  const keysDir = given.keysDir ?? read.text('RAPPORT_KEYS');
  const keyEncryptionKey = read.text('RAPPORT_KEY_ENCRYPTION_KEY');
  const logHost = read.matching('RAPPORT_LOG_HOST', HOST, 'a host name like ledger.example.org');
  const shared = {
    dataDir,
    erasureApproval: read.oneOf('RAPPORT_ERASURE_APPROVAL', ['none', 'required']) === 'required',
    mapIntervalMs: read.whole('RAPPORT_MAP_INTERVAL_MS', { min: 1_000, max: 24 * 3_600_000 }),
    ...(logHost === undefined ? {} : { logHost }),
    ...(keyEncryptionKey === undefined ? {} : { keyEncryptionKey }),
  };
  const drainMs =
    read.text('RAPPORT_DRAIN_MS') === undefined ? undefined : read.whole('RAPPORT_DRAIN_MS', DRAIN);
  if (profile === 'embedded')
    return { profile, ...shared, drainMs: drainMs ?? 0, ...(keysDir === undefined ? {} : { keysDir }) };
  if (keysDir === undefined)
    throw invalid(
      'RAPPORT_KEYS',
      'is not set: name the folder of secrets and signed heads, which is kept apart from the data',
    );
  const prefix = read.matching('RAPPORT_EVENTSTOREDB_PREFIX', PREFIX, 'a name like staging_ (a-z, 0-9, _)');
  const keysUrl = read.text('RAPPORT_MONGODB_KEYS');
  const tenants = read.list(
    'RAPPORT_TENANTS',
    isTenantName,
    'names of tenants (a-z, 0-9, _), separated by commas',
  );
  return {
    profile,
    ...shared,
    keysDir,
    drainMs: drainMs ?? DRAIN_MS_PRODUCTION,
    eventStoreDb: read.url('RAPPORT_EVENTSTOREDB', EVENTSTOREDB, 'esdb://events.example.org:2113?tls=true'),
    ...(prefix === undefined ? {} : { eventStoreDbPrefix: prefix }),
    mongoDb: read.url('RAPPORT_MONGODB', MONGODB, 'mongodb://views.example.org:27017/?tls=true'),
    database:
      read.matching('RAPPORT_MONGODB_DATABASE', DATABASE, DATABASE_LIKE) ?? PRODUCTION_DEFAULTS.database,
    ...(keysUrl === undefined
      ? {}
      : {
          mongoDbKeys: read.url(
            'RAPPORT_MONGODB_KEYS',
            MONGODB,
            'mongodb://keys.example.org:27017/?tls=true',
          ),
        }),
    keysDatabase:
      read.matching('RAPPORT_MONGODB_KEYS_DATABASE', DATABASE, DATABASE_LIKE) ??
      PRODUCTION_DEFAULTS.keysDatabase,
    ...(tenants === undefined ? {} : { tenants }),
    leaseMs: read.whole('RAPPORT_LEASE_MS', { min: 1_000, max: 60_000 }),
    workerPort: read.whole('RAPPORT_WORKER_PORT', { min: 0, max: 65_535 }),
    workerHost: read.text('RAPPORT_WORKER_HOST') ?? '127.0.0.1',
  };
}

/** What messages call the place of a ledger; without credentials. @example placeOf(configuration) // './data' */
export const placeOf = (configuration: Configuration): string =>
  configuration.profile === 'embedded'
    ? configuration.dataDir
    : `${withoutCredentials(configuration.mongoDb)} database ${configuration.database} with ${withoutCredentials(configuration.eventStoreDb)}`;

/** A connection string as it may be shown: scheme and hosts alone. */
export const withoutCredentials = (url: string): string =>
  url.replace(/^([^:]+:\/\/)(?:[^@/]*@)?([^/?]*).*$/, '$1$2');

const EVENTSTOREDB = /^esdb(\+discover)?:\/\/[^\s/]+/;
const MONGODB = /^mongodb(\+srv)?:\/\/[^\s/]+/;
const HOST = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:\d{1,5})?$/;
const PREFIX = /^[a-z][a-z0-9_]{0,31}$/;
const DATABASE = /^[A-Za-z0-9_-]{1,38}$/;
const DATABASE_LIKE = 'a name of up to 38 of a-z, A-Z, 0-9, _ and -';
const DRAIN = { min: 0, max: 10 * 60_000 };
