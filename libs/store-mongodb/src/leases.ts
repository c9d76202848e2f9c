import { RapportError } from '@rapport/kernel';
import type { Lease } from '@rapport/ledger';
import type { Collection } from 'mongodb';
import type { MongoConnection } from './connection.js';
import { isDuplicate } from './errors.js';

/** A lease as it is kept: one document, so that whoever checks its token in an update needs no transaction. */
export interface LeaseDocument {
  readonly _id: string;
  /** Empty when nobody holds it. */
  readonly owner: string;
  readonly token: number;
  readonly expiresAtMs: number;
  /** Counts the writes that were granted under it, over all owners: the order of those writes. */
  readonly writes: bigint;
}

/** Grants to write, by the clock given; safe whatever that clock says, since every change of owner raises the token. */
export class MongoLeases<D extends LeaseDocument = LeaseDocument> {
  readonly collection: Collection<D>;

  constructor(
    private readonly mongo: MongoConnection,
    tenant: string,
    private readonly now: () => Promise<number>,
  ) {
    this.collection = mongo.exact<D>(tenant, 'leases');
  }

  /** Milliseconds since the Unix epoch, by the clock of the leases. */
  clock(): Promise<number> {
    return this.now();
  }

  async take(name: string, owner: string, ttlMs: number): Promise<Lease | undefined> {
    const { collection } = this.plain();
    const nowMs = await this.now();
    const expiresAtMs = nowMs + ttlMs;
    return this.mongo.run(async () => {
      const kept = await collection.findOneAndUpdate(
        { _id: name, owner },
        { $set: { expiresAtMs } },
        { returnDocument: 'after' },
      );
      if (kept !== null) return { name, owner, token: kept.token, expiresAtMs };
      const taken = await collection.findOneAndUpdate(
        { _id: name, $or: [{ owner: '' }, { expiresAtMs: { $lte: nowMs } }] },
        { $set: { owner, expiresAtMs }, $inc: { token: 1 } },
        { returnDocument: 'after' },
      );
      if (taken !== null) return { name, owner, token: taken.token, expiresAtMs };
      try {
        await collection.insertOne({ _id: name, owner, token: 1, expiresAtMs, writes: 0n });
        return { name, owner, token: 1, expiresAtMs };
      } catch (error) {
        if (isDuplicate(error)) return undefined;
        throw error;
      }
    });
  }

  /** Gives a lease back; the token stays used. */
  async release({ name, owner, token }: Lease): Promise<void> {
    const { collection } = this.plain();
    await this.mongo.run(() =>
      collection.updateOne({ _id: name, owner, token }, { $set: { owner: '', expiresAtMs: 0 } }),
    );
  }

  /** The lease as it stands, when it is still this one. @throws RapportError `LEASE_LOST` */
  async check(lease: Lease): Promise<LeaseDocument> {
    const { collection } = this.plain();
    const { name, owner, token } = lease;
    const held = await this.mongo.run(() => collection.findOne({ _id: name, owner, token }));
    if (held === null) throw leaseLost(lease);
    return held;
  }

  /** The same collection without what others keep in its documents. */
  private plain(): { readonly collection: Collection<LeaseDocument> } {
    return { collection: this.collection as unknown as Collection<LeaseDocument> };
  }
}

export const leaseLost = ({ name, owner, token }: Lease): RapportError =>
  new RapportError(
    'LEASE_LOST',
    `The lease ${name} of ${owner} was given back or taken over: nothing was written; take it again before writing.`,
    { facts: { token } },
  );
