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
  ) {}

  /** @throws RapportError `STORE_UNAVAILABLE`, `INVALID_CONFIGURATION` */
  static async open(options: ProductionOptions): Promise<Servers> {
    const { mongoDb, mongoDbKeys = mongoDb } = options;
    const { database = PRODUCTION_DEFAULTS.database, keysDatabase = PRODUCTION_DEFAULTS.keysDatabase } =
      options;
    const mongo = await connectMongo({ url: mongoDb, database, patienceMs: PATIENCE_MS });
    try {
      const keys = await connectMongo({ url: mongoDbKeys, database: keysDatabase, patienceMs: PATIENCE_MS });
      return new Servers(options, mongo, keys, mongoTenantRegistry(mongo), mongoTenantRegistry(keys));
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
   * The tenant, or else a new one, which begins where the store of events ends now. It is registered last, once its keys are
   * ready, so that a ledger is never without them. One whose keys are there already is not new, although nothing else tells
   * of it: the database of views was lost, and its events are looked for from the beginning.
   * @throws RapportError `INVALID_TENANT`, `TENANT_NOT_FOUND` for one that this process does not look after
   */
  async existingOrNew(tenant: string, prepareKeys: () => Promise<void>): Promise<RegisteredTenant> {
    checkTenantName(tenant);
    const known = this.looksAfter(tenant) ? await this.tenants.find(tenant) : undefined;
    if (!this.looksAfter(tenant)) return this.existing(tenant);
    const isNew = known === undefined && (await this.keyedTenants.find(tenant)) === undefined;
    await prepareKeys();
    if (known !== undefined) return known;
    const origin = isNew ? await eventStoreDbEnd(this.options.eventStoreDb) : 0n;
    return this.tenants.register({ tenant, origin });
  }

  async close(): Promise<void> {
    await this.keys.close();
    await this.mongo.close();
  }

  private looksAfter(tenant: string): boolean {
    return this.options.tenants?.includes(tenant) ?? true;
  }
}
