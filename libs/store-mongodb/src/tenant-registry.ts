import { Long, type Collection } from 'mongodb';
import type { MongoConnection } from './connection.js';
import { isDuplicate } from './errors.js';

/** What is known of a tenant before its ledger is opened. */
export interface RegisteredTenant {
  readonly tenant: string;
  /** A position of the store of events before which the tenant has none, so that nobody looks for them there. */
  readonly origin: bigint;
}

/** The tenants of an installation, which any process may ask for and add to. */
export interface TenantRegistry {
  /** All of them, sorted by name. */
  all(): Promise<readonly RegisteredTenant[]>;
  find(tenant: string): Promise<RegisteredTenant | undefined>;
  /** Adds one; of several processes that do so at once the first stands. Gives the one that stands. */
  register(tenant: RegisteredTenant): Promise<RegisteredTenant>;
}

interface TenantRow {
  readonly _id: string;
  readonly origin: Long;
}

/**
 * A registry of tenants in MongoDB.
 * @param collection where it is: `tenants` unless given
 * @example await mongoTenantRegistry(mongo).register({ tenant: 'main', origin: 0n });
 */
export const mongoTenantRegistry = (mongo: MongoConnection, collection = 'tenants'): TenantRegistry =>
  new MongoTenantRegistry(mongo, mongo.db.collection<TenantRow>(collection));

class MongoTenantRegistry implements TenantRegistry {
  constructor(
    private readonly mongo: MongoConnection,
    private readonly tenants: Collection<TenantRow>,
  ) {}

  async all(): Promise<readonly RegisteredTenant[]> {
    const rows = await this.mongo.run(() => this.tenants.find().toArray());
    return rows.map(tenantOf).sort((a, b) => (a.tenant < b.tenant ? -1 : 1));
  }

  async find(tenant: string): Promise<RegisteredTenant | undefined> {
    const row = await this.mongo.run(() => this.tenants.findOne({ _id: tenant }));
    return row === null ? undefined : tenantOf(row);
  }

  async register(given: RegisteredTenant): Promise<RegisteredTenant> {
    const known = await this.find(given.tenant);
    if (known !== undefined) return known;
    const { tenant, origin } = given;
    return this.mongo.run(async () => {
      try {
        await this.tenants.insertOne({ _id: tenant, origin: Long.fromBigInt(origin) });
        return given;
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        return (await this.find(tenant)) ?? given;
      }
    });
  }
}

const tenantOf = ({ _id, origin }: TenantRow): RegisteredTenant => ({
  tenant: _id,
  origin: Long.fromValue(origin).toBigInt(),
});
