import type { RegisteredWorker } from '@rapport/store-mongodb';

/** What a worker knows when it decides what to hold. */
export interface Situation {
  readonly owner: string;
  /** The tenants that it looks after: those that there are. */
  readonly tenants: readonly string[];
  /** The tenants that it holds. */
  readonly holds: ReadonlySet<string>;
  /** All workers that live, itself included. */
  readonly workers: readonly RegisteredWorker[];
  /** Tenants that nobody has held for so long that whoever can should. */
  readonly orphans: ReadonlySet<string>;
}

/** What it should change. */
export interface Change {
  /** Tenants that nobody seems to hold, to be tried in this order, at most so many of them. */
  readonly take: readonly string[];
  readonly takeMax: number;
  /** Tenants to give back, so that others have their share. */
  readonly release: readonly string[];
}

/**
 * Shares tenants out evenly: each worker holds at most the total over the number of workers that look after them, rounded
 * up, so that one always has room for what nobody holds. Nothing here is agreed on: the leases decide who holds what, and
 * where two want the same one gets it.
 */
export function changeFor({ owner, tenants, holds, workers, orphans }: Situation): Change {
  const sharers = workers.filter(
    ({ owner: other, looksAfter }) =>
      other === owner || looksAfter === undefined || tenants.some((tenant) => looksAfter.includes(tenant)),
  ).length;
  const share = Math.ceil(tenants.length / Math.max(1, sharers));
  const heldByOthers = new Set(workers.flatMap((one) => (one.owner === owner ? [] : one.holds)));
  const free = tenants.filter((tenant) => !holds.has(tenant) && !heldByOthers.has(tenant));
  const urgent = free.filter((tenant) => orphans.has(tenant));
  const gone = [...holds].filter((tenant) => !tenants.includes(tenant));
  const kept = [...holds].filter((tenant) => tenants.includes(tenant));
  return {
    take: [...urgent, ...free.filter((tenant) => !orphans.has(tenant))],
    takeMax: Math.max(urgent.length, share - kept.length),
    release: [...gone, ...kept.sort().slice(share)],
  };
}
