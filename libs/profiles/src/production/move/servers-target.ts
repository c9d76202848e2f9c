import { RapportError } from '@rapport/kernel';
import type { LogKeys, SaltedEvent } from '@rapport/ledger';
import { eventStoreDbStore } from '@rapport/store-eventstoredb';
import { mongoKeyStore, mongoSignedHeads, type RegisteredTenant } from '@rapport/store-mongodb';
import type { Counted, MoveTarget, Secrets, TenantTarget } from '../../move/move-places.js';
import { checkTenantName } from '../../tenant-name.js';
import type { ProductionOptions } from '../production-options.js';
import { Servers } from '../servers.js';
import { closeTenantStores, openTenantStores, type TenantStores } from '../tenant-stores.js';
import { bringUp } from './bring-up.js';

/**
 * Opens the servers of the production profile to move ledgers to.
 * @throws RapportError `STORE_UNAVAILABLE`
 */
export async function openServersTarget(options: ProductionOptions): Promise<MoveTarget> {
  const servers = await Servers.open(options);
  return {
    tenant: (name) => ServersTarget.open(servers, name),
    close: () => servers.close(),
  };
}

class ServersTarget implements TenantTarget {
  private readonly events: ReturnType<typeof eventStoreDbStore>;
  private stores: TenantStores | undefined;

  private constructor(
    private readonly servers: Servers,
    private readonly tenant: string,
    /** Where the tenant begins; undefined before the move has begun. */
    private origin: bigint | undefined,
    readonly isInUse: boolean,
    readonly isWithoutKeys: boolean,
  ) {
    const { eventStoreDb: url, eventStoreDbPrefix: prefix = '' } = servers.options;
    this.events = eventStoreDbStore({ url, tenant: `${prefix}${tenant}` });
  }

  static async open(servers: Servers, tenant: string): Promise<ServersTarget> {
    checkTenantName(tenant);
    const registered = await servers.tenants.find(tenant);
    const origin = (registered ?? (await servers.moves.find(tenant)))?.origin;
    const keyed = await servers.keyedTenants.all();
    if (origin === undefined && keyed.some((one) => one.tenant === tenant)) throw keysOfAnother(tenant);
    return new ServersTarget(servers, tenant, origin, registered !== undefined, keyed.length === 0);
  }

  get secrets(): Secrets {
    const { keysDir, keyEncryptionKey } = this.servers.options;
    return { keysDir, keyEncryptionKey };
  }

  async holdsStray(stream: string): Promise<boolean> {
    return this.origin === undefined && (await this.events.readStream(stream, { countMax: 1 })).exists;
  }

  async *held(): AsyncGenerator<SaltedEvent> {
    if (this.origin !== undefined) yield* this.events.readSalted({ after: this.origin });
  }

  async begin(): Promise<void> {
    const { servers, tenant } = this;
    if (this.isInUse) return;
    if (this.origin === undefined) {
      const origin = await servers.eventsEnd();
      ({ origin: this.origin } = await servers.moves.register({ tenant, origin }));
    }
    // From now on nobody else begins a tenant of this name; who has done so a moment before is seen here.
    if ((await servers.tenants.find(tenant)) !== undefined) throw begunByAnother(tenant);
    await servers.keyedTenants.register(this.registered());
  }

  takeOver(events: readonly SaltedEvent[]): Promise<void> {
    return this.events.takeOver(events);
  }

  async openKeys() {
    return mongoKeyStore({ mongo: this.servers.keys, tenant: this.tenant });
  }

  async publish({ verifierKey }: LogKeys, checkpoint: Uint8Array | undefined): Promise<void> {
    const heads = mongoSignedHeads({ mongo: this.servers.mongo, tenant: this.tenant });
    await heads.publishKey(verifierKey);
    if (checkpoint !== undefined) await heads.keep(checkpoint);
  }

  bringUp(count: number, onProgress: Counted, signal: AbortSignal | undefined): Promise<void> {
    return bringUp(this.servers, this.registered(), { count, onProgress, signal });
  }

  async result() {
    this.stores ??= await openTenantStores(this.servers, this.registered());
    const { log, views, events } = this.stores;
    return { log, views, position: (await events.head()).position };
  }

  async finish(): Promise<void> {
    const { origin } = await this.servers.tenants.register(this.registered());
    if (origin !== this.origin) throw begunByAnother(this.tenant);
  }

  async close(): Promise<void> {
    if (this.stores !== undefined) await closeTenantStores(this.stores);
    await this.events.close();
  }

  private registered(): RegisteredTenant {
    if (this.origin === undefined) throw new Error('the move has not begun');
    return { tenant: this.tenant, origin: this.origin };
  }
}

const keysOfAnother = (tenant: string): RapportError =>
  new RapportError(
    'WRONG_EXPECTED_REVISION',
    `The target holds something else: the database of keys has keys of a tenant ${tenant}, whose ledger is not there. Restore that one, or move to other databases.`,
  );

const begunByAnother = (tenant: string): RapportError =>
  new RapportError(
    'LEDGER_IN_USE',
    `Another process has begun a tenant ${tenant} in the target meanwhile: stop whoever records there, and move to a place that is empty.`,
  );
