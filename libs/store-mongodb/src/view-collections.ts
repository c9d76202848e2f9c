import { RapportError } from '@rapport/kernel';
import type { Collection } from 'mongodb';
import type { MongoConnection } from './connection.js';
import { isAbsent } from './errors.js';
import { idBeyond, orderedId } from './ordered-ids.js';
import type { Copy } from './view-catalogue.js';

/** What is kept under an `_id`: a document, an entry, or that there is none any more. */
export interface KeptDocument {
  readonly _id: string;
  /** The write that put it, of those granted under the lease: an older one never overwrites it. */
  readonly w: bigint;
  /** It was removed. What was removed stays known, or a late writer would put it back. */
  readonly gone?: true;
  /** JSON text of the document or entry. */
  readonly d?: string;
  /** The position it reflects. */
  readonly p?: bigint;
  /** The fence of a document. */
  readonly fence?: string;
  /** When the event of an entry was recorded. */
  readonly r?: string;
  /** Values of the declared fields, under names of ours: `f0`, `f1` … */
  readonly [field: `f${number}`]: FieldValue;
}

/** What was not removed. */
export const STANDING = { gone: { $exists: false } } as const;

export type FieldValue = string | number | boolean | bigint | null;

/** The name of the n-th declared field. */
export const fieldOf = (index: number): `f${number}` => `f${index}`;

const NAME = /^[A-Za-z][A-Za-z0-9-]{0,99}$/;
const PREFIX = 'view.';

/** Names the collection of a copy after its version; the number at the end makes every build another one. */
export function collectionNameOf({ name, version, id }: Pick<Copy, 'name' | 'version' | 'id'>): string {
  if (!NAME.test(name))
    throw new RapportError(
      'INVALID_CONFIGURATION',
      `A view needs a name of letters, digits and dashes to be kept in MongoDB; ${name.slice(0, 100)} is none.`,
    );
  return `${PREFIX}${name}.${version}.${id}`;
}

/** The collections of copies of one tenant. */
export class ViewCollections {
  constructor(
    private readonly mongo: MongoConnection,
    private readonly tenant: string,
  ) {}

  of(copy: Pick<Copy, 'name' | 'version' | 'id'>): Collection<KeptDocument> {
    return this.mongo.exact<KeptDocument>(this.tenant, collectionNameOf(copy));
  }

  get parked(): Collection<KeptDocument> {
    return this.mongo.exact<KeptDocument>(this.tenant, 'parked');
  }

  /** Makes the collection of a copy with its indexes, before anything is written to it. */
  async create(copy: Copy): Promise<void> {
    const fields = copy.shape === 'entries' ? [] : copy.fields;
    await this.mongo.run(() =>
      this.of(copy).createIndexes([
        { key: { gone: 1 }, name: 'gone', sparse: true },
        ...fields.map((_, index) => ({
          key: { [fieldOf(index)]: 1, _id: 1 } as const,
          name: fieldOf(index),
        })),
      ]),
    );
  }

  /** Removes a copy and its parked keys. */
  async drop(copy: Pick<Copy, 'name' | 'version' | 'id'>): Promise<void> {
    const id = String(copy.id);
    await this.mongo.run(async () => {
      try {
        await this.of(copy).drop();
      } catch (error) {
        if (!isAbsent(error)) throw error;
      }
    });
    await this.mongo.run(() =>
      this.parked.deleteMany({ _id: { $gte: orderedId([id]), $lt: idBeyond([], id) } }),
    );
  }

  /** Removes collections of builds before this one that no copy has any more: a writer that came late may have left some. */
  async sweep(copies: readonly Copy[], before: number): Promise<void> {
    const kept = new Set(copies.map(({ id }) => id));
    const begins = `${this.tenant}.${PREFIX}`;
    const listed = await this.mongo.run(() =>
      this.mongo.db.listCollections({}, { nameOnly: true }).toArray(),
    );
    for (const { name } of listed) {
      if (!name.startsWith(begins)) continue;
      const [view, version, id] = name.slice(begins.length).split('.');
      const left = { name: view ?? '', version: Number(version), id: Number(id) };
      if (left.id < before && !kept.has(left.id)) await this.drop(left);
    }
  }
}
