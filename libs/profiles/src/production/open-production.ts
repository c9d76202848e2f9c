import { RapportError } from '@rapport/kernel';
import { OpenLedger, type Question, type ViewStore, type WrittenBundle } from '@rapport/ledger';
import { kinds } from '@rapport/touchpoints';
import { analyses, views } from '@rapport/views';
import { defaultRules } from '../default-rules.js';
import { erasureRules } from '../erasure.js';
import type { ProveOptions } from '../prove/prove-options.js';
import { TenantProver } from '../prove/tenant-prover.js';
import type { Rapport } from '../rapport.js';
import { TenantKeys } from '../tenant-keys.js';
import { keyCollections } from './key-collections.js';
import { pause } from './pause.js';
import type { ProductionOptions } from './production-options.js';
import { RequestingProjection } from './requesting-projection.js';
import { Servers } from './servers.js';
import { openTenantStores, publishedLog, type TenantStores } from './tenant-stores.js';
import { Worklist } from './worklist.js';

/** Another process may erase a person: so long a key is used before the store is asked again. */
const KEY_AGE_MS_MAX = 1_000;
/** How long the views of a new tenant are waited for: a worker begins them within a second. */
const BEGUN_MS_MAX = 10_000;
const LOOK_MS = 50;

/** A tenant as this process has it open. */
interface OpenTenant {
  readonly ledger: OpenLedger;
  readonly keys: TenantKeys;
  readonly prover: TenantProver;
}

/**
 * Opens the ledgers of the production profile, for any number of processes at once: they record and read; the views are
 * kept, and the proof logs sealed, by workers.
 * @throws RapportError `STORE_UNAVAILABLE`, `INVALID_CONFIGURATION`
 * @example
 * const rapport = await openProduction({ eventStoreDb, mongoDb, keysDir }, { readOnly: false });
 */
export async function openProduction(
  options: ProductionOptions,
  { readOnly }: { readonly readOnly: boolean },
): Promise<Rapport> {
  return new ProductionRapport(await Servers.open(options), readOnly);
}

class ProductionRapport implements Rapport {
  private readonly opened = new Map<string, Promise<OpenTenant>>();
  private closing = false;

  constructor(
    private readonly servers: Servers,
    private readonly readOnly: boolean,
  ) {}

  async ledger(tenant: string): Promise<OpenLedger> {
    return (await this.tenant(tenant)).ledger;
  }

  tenants(): Promise<readonly string[]> {
    return this.servers.names();
  }

  async prove(tenant: string, question: Question, how: ProveOptions = {}): Promise<WrittenBundle> {
    return (await this.tenant(tenant)).prover.prove(question, how);
  }

  async close(): Promise<void> {
    this.closing = true;
    for (const tenant of await Promise.allSettled(this.opened.values()))
      if (tenant.status === 'fulfilled') await closeTenant(tenant.value);
    await this.servers.close();
  }

  private tenant(name: string): Promise<OpenTenant> {
    if (this.closing)
      return Promise.reject(
        new RapportError('SHUTTING_DOWN', 'The server is stopping: try again in a moment.'),
      );
    const known = this.opened.get(name);
    if (known !== undefined) return known;
    const opening = this.open(name);
    this.opened.set(name, opening);
    opening.catch(() => this.opened.delete(name)); // the caller hears of it; the next one may try again
    return opening;
  }

  private async open(tenant: string): Promise<OpenTenant> {
    const { servers, readOnly } = this;
    const { keysDir, keyEncryptionKey, now = Date.now } = servers.options;
    const keys = new TenantKeys({
      tenant,
      place: keyCollections(servers, tenant),
      keysDir,
      keyEncryptionKey,
      readOnly,
      now,
      ageMsMax: KEY_AGE_MS_MAX,
    });
    const registered = readOnly
      ? await servers.existing(tenant)
      : await servers.existingOrNew(tenant, () => keys.prepare());
    const stores = await openTenantStores(servers, registered);
    const ledger = this.ledgerOver(tenant, stores, keys, new Worklist(tenant, stores.requests));
    try {
      await this.begin(ledger, keys, stores.views);
    } catch (error) {
      await ledger.close();
      await keys.close(undefined);
      throw error;
    }
    return { ledger, keys, prover: this.proverOf(ledger, keys, stores) };
  }

  private ledgerOver(tenant: string, stores: TenantStores, keys: TenantKeys, work: Worklist): OpenLedger {
    const { events, views: viewStore } = stores;
    const { erasureApproval = false, now = Date.now } = this.servers.options;
    return new OpenLedger({
      tenant,
      events,
      viewStore,
      kinds,
      views,
      analyses,
      projection: new RequestingProjection(viewStore, views, work),
      log: publishedLog(tenant, stores),
      keys: keys.open,
      erasure: erasureRules(erasureApproval),
      writable: !this.readOnly,
      now,
    });
  }

  private async begin(ledger: OpenLedger, keys: TenantKeys, viewStore: ViewStore): Promise<void> {
    const { type } = erasureRules(false);
    await ledger.open();
    keys.readFrom({
      head: () => ledger.head(),
      erasuresAfter: (after) => ledger.feed({ after, types: [type] }),
    });
    if (this.readOnly) return;
    await keys.open();
    if ((await ledger.head()).count === 0) await ledger.record([defaultRules()]);
    await haveBegun(viewStore);
  }

  private proverOf(ledger: OpenLedger, keys: TenantKeys, { log, map, requests }: TenantStores): TenantProver {
    const work = new Worklist(ledger.tenant, requests);
    const seal = async (signal: AbortSignal): Promise<void> => {
      await work.done({ op: 'seal' }, signal);
    };
    const { now = Date.now } = this.servers.options;
    return new TenantProver({ ledger, keys: keys.open, log, map, upkeep: { by: 'worker', seal }, now });
  }
}

/** Waits until a worker has begun the views of a tenant. Where none does, whoever asks for views is told so. */
async function haveBegun(viewStore: ViewStore): Promise<void> {
  const untilMs = performance.now() + BEGUN_MS_MAX;
  while (performance.now() < untilMs) {
    const versions = await viewStore.versions();
    if (views.every(({ name }) => versions.some((one) => one.name === name && one.state === 'live'))) return;
    await pause(LOOK_MS);
  }
}

async function closeTenant({ ledger, keys, prover }: OpenTenant): Promise<void> {
  const head = await ledger.head().catch(() => undefined); // unknown is safe: erasures are looked for from further back
  await prover.close();
  try {
    await ledger.close();
  } finally {
    await keys.close(head?.position);
  }
}
