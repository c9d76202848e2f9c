import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { RapportError } from '@rapport/kernel';
import { mongoWorkerRegistry, type RegisteredWorker, type WorkerRegistry } from '@rapport/store-mongodb';
import { pause } from '../pause.js';
import { PRODUCTION_DEFAULTS, type ProductionOptions } from '../production-options.js';
import { Servers } from '../servers.js';
import { changeFor } from './fair-share.js';
import { LivingWorkers } from './living-workers.js';
import { TenantWork, type TenantWorkHealth } from './tenant-work.js';

/** How a worker does. */
export interface WorkerHealth {
  /** Names it among all workers. */
  readonly owner: string;
  /** Workers that live, this one included. */
  readonly workers: number;
  /** Tenants that there are to look after. */
  readonly tenants: number;
  readonly holds: readonly TenantWorkHealth[];
  /** Tenants that could not be asked, and why; without anything of an event. */
  readonly failures: Readonly<Record<string, string>>;
}

/** A worker that runs until it is closed. */
export interface RunningWorker {
  readonly owner: string;
  health(): Promise<WorkerHealth>;
  /** Finishes the batches under way, gives back what it holds, and leaves. */
  close(): Promise<void>;
}

/** How often a worker tells of itself and looks what there is to do. */
const BEAT_MS = 500;
/** Tenants that it begins with at once. */
const TAKEN_AT_ONCE_MAX = 4;
/** How long a tenant that could not be taken is let be. */
const AGAIN_MS = 2_000;
/** A tenant that nobody has held for so many leases is taken by whoever can, beyond the shares. */
const LEASES_UNTIL_ORPHAN = 3;

/**
 * Opens a worker of the production profile: it looks after its share of all tenants, and of those of workers that die. Once
 * it runs it survives servers that do not answer, and goes on when they do.
 * @throws RapportError `STORE_UNAVAILABLE` when MongoDB does not answer at the start, `INVALID_CONFIGURATION`
 * @example
 * const worker = await openWorker({ eventStoreDb, mongoDb, keysDir }, reportFailure);
 * process.once('SIGTERM', () => void worker.close());
 */
export async function openWorker(
  options: ProductionOptions,
  onFailure: (error: unknown, tenant?: string) => void,
): Promise<RunningWorker> {
  const servers = await Servers.open(options);
  await servers.recallTenants();
  return new Worker(servers, mongoWorkerRegistry(servers.mongo), onFailure);
}

class Worker implements RunningWorker {
  readonly owner = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
  private readonly stop = new AbortController();
  private readonly works = new Map<string, TenantWork>();
  private readonly taking = new Map<string, Promise<void>>();
  private readonly givingBack = new Map<string, Promise<void>>();
  private readonly notBefore = new Map<string, number>();
  private readonly unheldSince = new Map<string, number>();
  private readonly life: LivingWorkers;
  private readonly leaseMs: number;
  private situation: { readonly workers: number; readonly tenants: number } = { workers: 1, tenants: 0 };
  private readonly finished: Promise<void>;
  private closing: Promise<void> | undefined;

  constructor(
    private readonly servers: Servers,
    private readonly registry: WorkerRegistry,
    private readonly onFailure: (error: unknown, tenant?: string) => void,
  ) {
    this.leaseMs = servers.options.leaseMs ?? PRODUCTION_DEFAULTS.leaseMs;
    this.life = new LivingWorkers(this.leaseMs, () => performance.now());
    this.finished = this.run();
  }

  async health(): Promise<WorkerHealth> {
    const holds: TenantWorkHealth[] = [];
    const failures: Record<string, string> = {};
    for (const [tenant, work] of this.works) {
      try {
        holds.push(await work.health());
      } catch (error) {
        failures[tenant] = error instanceof RapportError ? error.code : 'INTERNAL';
      }
    }
    return { owner: this.owner, ...this.situation, holds, failures };
  }

  close(): Promise<void> {
    return (this.closing ??= this.closeNow());
  }

  private async closeNow(): Promise<void> {
    this.stop.abort();
    await this.finished;
    await Promise.allSettled(this.taking.values());
    for (const tenant of this.works.keys()) this.giveBack(tenant);
    await Promise.all(this.givingBack.values());
    try {
      await this.registry.leave(this.owner);
    } catch (error) {
      this.onFailure(error); // it is found dead by its silence
    }
    await this.servers.close();
  }

  private async run(): Promise<void> {
    const { signal } = this.stop;
    while (!signal.aborted) {
      try {
        await this.turn();
      } catch (error) {
        this.onFailure(error);
      }
      await pause(BEAT_MS, signal);
    }
  }

  private async turn(): Promise<void> {
    const holds = new Set([...this.works.keys(), ...this.taking.keys(), ...this.givingBack.keys()]);
    const looksAfter = this.servers.options.tenants;
    const registered = await this.registry.beat({
      owner: this.owner,
      holds: [...holds],
      ...(looksAfter === undefined ? {} : { looksAfter }),
    });
    const { living, dead } = this.life.look(registered);
    for (const { owner } of dead) await this.registry.leave(owner);
    const tenants = await this.servers.names();
    this.situation = { workers: living.length, tenants: tenants.length };
    const orphans = this.orphansAmong(tenants, living);
    const change = changeFor({ owner: this.owner, tenants, holds, workers: living, orphans });
    for (const tenant of change.release) if (this.works.has(tenant)) this.giveBack(tenant);
    const nowMs = performance.now();
    const ready = shuffled(change.take.filter((tenant) => (this.notBefore.get(tenant) ?? 0) <= nowMs));
    const room = Math.min(change.takeMax, TAKEN_AT_ONCE_MAX - this.taking.size);
    for (const tenant of ready.slice(0, Math.max(0, room))) this.take(tenant);
  }

  private orphansAmong(tenants: readonly string[], living: readonly RegisteredWorker[]): ReadonlySet<string> {
    const nowMs = performance.now();
    const held = new Set(living.flatMap(({ holds }) => holds));
    for (const tenant of this.unheldSince.keys())
      if (held.has(tenant) || !tenants.includes(tenant)) this.unheldSince.delete(tenant);
    for (const tenant of tenants)
      if (!held.has(tenant) && !this.unheldSince.has(tenant)) this.unheldSince.set(tenant, nowMs);
    const latest = nowMs - this.leaseMs * LEASES_UNTIL_ORPHAN;
    return new Set(tenants.filter((tenant) => (this.unheldSince.get(tenant) ?? nowMs) < latest));
  }

  private take(tenant: string): void {
    const taking = this.takeNow(tenant)
      .catch((error: unknown) => {
        this.onFailure(error, tenant);
        this.notBefore.set(tenant, performance.now() + AGAIN_MS);
      })
      .finally(() => this.taking.delete(tenant));
    this.taking.set(tenant, taking);
  }

  private async takeNow(name: string): Promise<void> {
    const tenant = await this.servers.existing(name);
    const onFailure = (of: string, error: unknown): void => this.onFailure(error, of);
    let isLost = false;
    const work = await TenantWork.take(
      { servers: this.servers, tenant, owner: this.owner, onFailure },
      () => {
        isLost = true;
        this.giveBack(name);
      },
    );
    if (work === undefined) {
      this.notBefore.set(name, performance.now() + this.leaseMs / 4);
      return;
    }
    this.works.set(name, work);
    if (isLost) this.giveBack(name); // before it was known here
  }

  private giveBack(tenant: string): void {
    const work = this.works.get(tenant);
    if (work === undefined) return;
    this.works.delete(tenant);
    const closing = work
      .close()
      .catch((error: unknown) => this.onFailure(error, tenant))
      .finally(() => this.givingBack.delete(tenant));
    this.givingBack.set(tenant, closing);
  }
}

/** In an order of its own for every worker, so that they do not all ask for the same. */
function shuffled<T>(items: readonly T[]): readonly T[] {
  return items
    .map((item) => ({ item, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
