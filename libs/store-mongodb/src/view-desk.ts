import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { RapportError } from '@rapport/kernel';
import type { Lease, ViewRef } from '@rapport/ledger';
import type { MongoConnection } from './connection.js';
import { isDuplicate } from './errors.js';
import { leaseLost, MongoLeases, type LeaseDocument } from './leases.js';

/** The lease under which views are written: one for all of a tenant, so that one order holds for all writes. */
const WRITER = 'projector';

/** Scans that begin while much is written wait a moment of their own. */
const PIN_RETRY_MS_MAX = 20;

/** What a write does, so far that anybody can finish it. */
export type Step =
  | {
      readonly kind: 'write';
      /** Where its puts are written down, in so many chunks. */
      readonly journal: string;
      readonly chunks: number;
      /** Copies and the index that reach a new position with it. */
      readonly reached?: {
        readonly copies: readonly number[];
        readonly index: boolean;
        readonly checkpoint: bigint;
        readonly events: bigint;
      };
    }
  | { readonly kind: 'build' | 'swap' | 'drop'; readonly view: ViewRef; readonly token: number };

/** A write that was granted, and from then on happens. */
export interface Granted {
  readonly write: bigint;
  readonly step: Step;
  /** Scans under way that must not see it: each shows the views as of a write. */
  readonly pins: readonly Pin[];
}

/** A scan under way. */
export interface Pin {
  readonly id: string;
  /** The last write that it shows. */
  readonly write: bigint;
  readonly expiresAtMs: number;
}

interface DeskDocument extends LeaseDocument {
  /** What the last write that was granted does. */
  readonly step?: Step;
  readonly pins?: readonly Pin[];
}

/**
 * Where writes of views are granted, one after the other. Lease, last write and scans stand in one document, so that the
 * token is checked by the very update that grants: who has lost the lease is granted nothing any more.
 */
export class ViewDesk {
  private readonly leases: MongoLeases<DeskDocument>;

  constructor(
    private readonly mongo: MongoConnection,
    tenant: string,
    now: () => Promise<number>,
  ) {
    this.leases = new MongoLeases(mongo, tenant, now);
  }

  async take(name: string, owner: string, ttlMs: number): Promise<Lease | undefined> {
    return this.leases.take(name, owner, ttlMs);
  }

  async release(lease: Lease): Promise<void> {
    await this.leases.release(lease);
  }

  isWriter(name: string): boolean {
    return name === WRITER;
  }

  /** The number of the last write as of now. @throws RapportError `LEASE_LOST` */
  async check(lease: Lease): Promise<bigint> {
    onlyWriter(lease);
    return (await this.leases.check(lease)).writes;
  }

  /** @throws RapportError `LEASE_LOST` */
  async grant(lease: Lease, step: Step): Promise<Granted> {
    onlyWriter(lease);
    const { owner, token } = lease;
    const nowMs = await this.leases.clock();
    const desk = await this.mongo.run(() =>
      this.leases.collection.findOneAndUpdate(
        { _id: WRITER, owner, token },
        {
          $inc: { writes: 1n },
          $set: { step },
          $pull: { pins: { expiresAtMs: { $lte: nowMs } } },
        },
        { returnDocument: 'after' },
      ),
    );
    if (desk === null) throw leaseLost(lease);
    return { write: desk.writes, step, pins: desk.pins ?? [] };
  }

  /** The last write that was granted. */
  async last(): Promise<Granted | undefined> {
    const desk = await this.mongo.run(() => this.leases.collection.findOne({ _id: WRITER }));
    if (desk?.step === undefined) return undefined;
    return { write: desk.writes, step: desk.step, pins: desk.pins ?? [] };
  }

  /** Holds the last write for a scan: later ones keep what they change until the pin is taken off or runs out. */
  async pin(ttlMs: number): Promise<Pin> {
    const { collection } = this.leases;
    const id = randomUUID();
    for (;;) {
      const expiresAtMs = (await this.leases.clock()) + ttlMs;
      const pin = await this.mongo.run(async () => {
        const write = (await collection.findOne({ _id: WRITER }))?.writes;
        if (write === undefined) {
          await this.open();
          return undefined;
        }
        const held = { id, write, expiresAtMs };
        const update = await collection.updateOne({ _id: WRITER, writes: write }, { $push: { pins: held } });
        return update.matchedCount === 1 ? held : undefined;
      });
      if (pin !== undefined) return pin;
      await sleep(Math.random() * PIN_RETRY_MS_MAX);
    }
  }

  /** @returns false when the pin has run out and its scan no longer shows one moment */
  async keepPin({ id }: Pin, ttlMs: number): Promise<boolean> {
    const expiresAtMs = (await this.leases.clock()) + ttlMs;
    const update = await this.mongo.run(() =>
      this.leases.collection.updateOne(
        { _id: WRITER, 'pins.id': id },
        { $set: { 'pins.$.expiresAtMs': expiresAtMs } },
      ),
    );
    return update.matchedCount === 1;
  }

  /** @returns the oldest write that a scan still holds, or the last one: nobody looks before it any more */
  async unpin({ id }: Pin): Promise<bigint> {
    const desk = await this.mongo.run(() =>
      this.leases.collection.findOneAndUpdate(
        { _id: WRITER },
        { $pull: { pins: { id } } },
        { returnDocument: 'after' },
      ),
    );
    if (desk === null) return 0n;
    return (desk.pins ?? []).reduce((oldest, { write }) => (write < oldest ? write : oldest), desk.writes);
  }

  private async open(): Promise<void> {
    try {
      await this.leases.collection.insertOne({
        _id: WRITER,
        owner: '',
        token: 0,
        expiresAtMs: 0,
        writes: 0n,
      });
    } catch (error) {
      if (!isDuplicate(error)) throw error;
    }
  }
}

function onlyWriter({ name }: Lease): void {
  if (name !== WRITER)
    throw new RapportError(
      'INTERNAL',
      `Views are written under the lease ${WRITER}, never under another one such as ${name}.`,
    );
}
