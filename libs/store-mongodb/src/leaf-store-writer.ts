import { RapportError } from '@rapport/kernel';
import type { KeptLeaf, Lease } from '@rapport/ledger';
import type { Collection } from 'mongodb';
import { isDuplicate } from './errors.js';
import {
  endOf,
  isSameLeaf,
  leafOf,
  rowOf,
  type EndRow,
  type KnownEnd,
  type LeafRow,
} from './leaf-store-rows.js';
import { leaseLost, type LeaseDocument } from './leases.js';

export interface LeafWriterParts {
  readonly tenant: string;
  readonly leaves: Collection<LeafRow>;
  readonly end: Collection<EndRow>;
  readonly leases: Collection<LeaseDocument>;
}

/** How often the end may be moved by somebody else while one batch is added: by a writer that has just lost its lease. */
const ATTEMPTS_MAX = 8;

/**
 * Adds leaves without transactions. Leaves are only ever inserted, never changed or removed; those behind the end are not
 * part of the log yet. The end moves last, by one guarded update, which makes all of a batch visible at once.
 *
 * A writer whose lease was taken over does no harm at any step. What it inserts is what its successor inserts, since a
 * leaf follows from its event, its salt and its history; were it anything else, the successor would see it and refuse. It
 * moves the end only from where it read it, under the token it read there; the successor puts its own token there first.
 */
export class LeafWriter {
  constructor(private readonly parts: LeafWriterParts) {}

  /** @returns where the log ends then */
  async append(leaves: readonly KeptLeaf[], lease: Lease): Promise<KnownEnd> {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      const end = await this.claimedEnd(lease);
      if (end === undefined) continue;
      const first = leaves.find(({ index }) => index >= end.size);
      if (leaves[0] !== undefined && leaves[0].index > end.size) throw gap(leaves[0], end);
      await this.compare(leaves.filter(({ index }) => index < end.size));
      if (first === undefined) return end;
      const moved = await this.insert(leaves.slice(leaves.indexOf(first)), end);
      if (moved !== undefined) return moved;
    }
    throw new RapportError(
      'STORE_UNAVAILABLE',
      `The proof log of ${this.parts.tenant} is written by others all the time: see which processes seal it, and try again.`,
    );
  }

  /**
   * The end, once it bears the token of this lease; undefined when somebody moved it meanwhile. It is read before the lease
   * is: tokens only grow, so that a greater one there than that of a lease which still stands is from leases since lost.
   */
  private async claimedEnd(lease: Lease): Promise<KnownEnd | undefined> {
    const end = endOf((await this.parts.end.findOne({ _id: 'end' })) ?? (await this.firstEnd()));
    await this.checkLease(lease);
    if (end.token === lease.token) return end;
    const claimed = { ...end, token: lease.token };
    return (await this.move(end, claimed)) ? claimed : undefined;
  }

  private async firstEnd(): Promise<EndRow> {
    const first: EndRow = { _id: 'end', ...rowOfEnd(endOf(null)) };
    try {
      await this.parts.end.insertOne(first);
    } catch (error) {
      if (!isDuplicate(error)) throw error; // another process was first, and may have moved it already
      return (await this.parts.end.findOne({ _id: 'end' })) ?? first;
    }
    return first;
  }

  private async checkLease(lease: Lease): Promise<void> {
    const { name, owner, token } = lease;
    const held = await this.parts.leases.findOne({ _id: name, owner, token });
    if (held === null) throw leaseLost(lease);
  }

  /** @returns where the log ends then; undefined when somebody else has moved the end */
  private async insert(leaves: readonly KeptLeaf[], end: KnownEnd): Promise<KnownEnd | undefined> {
    let { size, position, latestMs } = end;
    const rows = leaves.map((leaf) => {
      if (leaf.index !== size || leaf.position <= position) throw gap(leaf, { size, position });
      size++;
      position = leaf.position;
      latestMs = Math.max(latestMs, leaf.recordedAtMs);
      return rowOf(leaf, latestMs);
    });
    try {
      await this.parts.leaves.insertMany(rows, { ordered: false });
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      await this.compare(leaves); // of an attempt before, or of a writer that was about to lose its lease
    }
    const moved = { size, position, latestMs, token: end.token };
    return (await this.move(end, moved)) ? moved : undefined;
  }

  private async move(from: KnownEnd, to: KnownEnd): Promise<boolean> {
    const { matchedCount } = await this.parts.end.updateOne(
      { _id: 'end', size: BigInt(from.size), token: BigInt(from.token) },
      { $set: rowOfEnd(to) },
    );
    return matchedCount === 1;
  }

  /** @throws RapportError `STORE_CORRUPT` unless exactly these leaves stand there */
  private async compare(leaves: readonly KeptLeaf[]): Promise<void> {
    if (leaves.length === 0) return;
    const rows = await this.parts.leaves
      .find({ _id: { $in: leaves.map(({ index }) => BigInt(index)) } })
      .toArray();
    const standing = new Map(rows.map((row) => [Number(row._id), leafOf(row)]));
    for (const leaf of leaves) {
      const other = standing.get(leaf.index);
      if (other === undefined || !isSameLeaf(leaf, other)) throw another(leaf, this.parts.tenant);
    }
  }
}

const rowOfEnd = ({ size, position, latestMs, token }: KnownEnd) => ({
  size: BigInt(size),
  position,
  latestMs: BigInt(latestMs),
  token: BigInt(token),
});

const gap = ({ index, position }: KeptLeaf, end: { readonly size: number; readonly position: bigint }) =>
  new RapportError(
    'STORE_CORRUPT',
    `Leaf ${index} at position ${position} does not follow the log, which has ${end.size} leaves and ends at position ${end.position}: take the log up anew from its end.`,
  );

const another = ({ index, position }: KeptLeaf, tenant: string): RapportError =>
  new RapportError(
    'STORE_CORRUPT',
    `Leaf ${index} of the log of ${tenant} is not that of the event at position ${position}: the ledger or the log was changed, or one of the two is an older copy; \`rapport verify --store\` says more.`,
  );
