import { RapportError } from '@rapport/kernel';
import {
  connectMongo,
  mongoTenantRegistry,
  type MongoConnection,
  type RegisteredTenant,
  type TenantRegistry,
} from '@rapport/store-mongodb';
import { eventStoreDbEnd } from '@rapport/store-eventstoredb';
import { checkTenantName } from '../tenant-name.js';
import { PATIENCE_MS, PRODUCTION_DEFAULTS, type ProductionOptions } from './production-options.js';

/** The servers of the production profile as one process uses them, and the tenants that they hold. */
export class Servers {
  private constructor(
    readonly options: ProductionOptions,
    /** Views and proof logs. */
    readonly mongo: MongoConnection,
    /** The keys of persons. */
    readonly keys: MongoConnection,
    readonly tenants: TenantRegistry,
    /** The tenants whose keys are there. */
    readonly keyedTenants: TenantRegistry,
    /** Those that are or were moved here from elsewhere: not there for others before they are in `tenants`. */
    readonly moves: TenantRegistry,
  ) {}

  /** @throws RapportError `STORE_UNAVAILABLE`, `INVALID_CONFIGURATION` */
  static async open(options: ProductionOptions): Promise<Servers> {
    const { mongoDb, mongoDbKeys = mongoDb } = options;
    const { database = PRODUCTION_DEFAULTS.database, keysDatabase = PRODUCTION_DEFAULTS.keysDatabase } =
      options;
    const mongo = await connectMongo({ url: mongoDb, database, patienceMs: PATIENCE_MS });
    try {
      const keys = await connectMongo({ url: mongoDbKeys, database: keysDatabase, patienceMs: PATIENCE_MS });
      const [tenants, keyedTenants] = [mongoTenantRegistry(mongo), mongoTenantRegistry(keys)];
      return new Servers(options, mongo, keys, tenants, keyedTenants, mongoTenantRegistry(mongo, 'moves'));
    } catch (error) {
      await mongo.close();
      throw error;
    }
  }

  /** Names of the tenants that there are and that this process looks after, sorted. */
  async names(): Promise<readonly string[]> {
    return (await this.tenants.all()).map(({ tenant }) => tenant).filter((name) => this.looksAfter(name));
  }

  /** @throws RapportError `INVALID_TENANT`, `TENANT_NOT_FOUND` */
  async existing(tenant: string): Promise<RegisteredTenant> {
    checkTenantName(tenant);
    const found = this.looksAfter(tenant) ? await this.tenants.find(tenant) : undefined;
    if (found !== undefined) return found;
    throw new RapportError(
      'TENANT_NOT_FOUND',
      `There is no tenant ${tenant} here: see \`rapport doctor\` for those that there are.`,
    );
  }

  /**
   * The tenant, or else a new one. It is registered last, once its keys are ready, so that a ledger is never without them.
   * It begins where the store of events ended when its keys were registered: so it does again after the database of views
   * was lost.
   * @throws RapportError `INVALID_TENANT`, `TENANT_NOT_FOUND` for one that this process does not look after,
   * `LEDGER_IN_USE` for one that is being moved here
   */
  async existingOrNew(tenant: string, prepareKeys: () => Promise<void>): Promise<RegisteredTenant> {
    checkTenantName(tenant);
    const known = this.looksAfter(tenant) ? await this.tenants.find(tenant) : undefined;
    if (!this.looksAfter(tenant)) return this.existing(tenant);
    if (known === undefined && (await this.moves.find(tenant)) !== undefined) throw beingMoved(tenant);
    await prepareKeys();
    if (known !== undefined) return known;
    const keyed = await this.keyedTenants.find(tenant);
    return this.tenants.register({ tenant, origin: keyed?.origin ?? 0n });
  }

  /**
   * Makes known again the tenants of which only the database of keys tells, since that of the views was lost; not those that
   * are only half moved here.
   */
  async recallTenants(): Promise<void> {
    const known = new Set(
      [...(await this.tenants.all()), ...(await this.moves.all())].map(({ tenant }) => tenant),
    );
    for (const tenant of await this.keyedTenants.all())
      if (!known.has(tenant.tenant)) await this.tenants.register(tenant);
  }

  /** Where the store of events ends now. @throws RapportError `STORE_UNAVAILABLE` */
  eventsEnd(): Promise<bigint> {
    return eventStoreDbEnd(this.options.eventStoreDb);
  }

  async close(): Promise<void> {
    await this.keys.close();
    await this.mongo.close();
  }

  private looksAfter(tenant: string): boolean {
    return this.options.tenants?.includes(tenant) ?? true;
  }
}

const beingMoved = (tenant: string): RapportError =>
  new RapportError(
    'LEDGER_IN_USE',
    `The tenant ${tenant} is being moved here: try again when it is done, or run \`rapport migrate\` again where that was broken off.`,
  );
