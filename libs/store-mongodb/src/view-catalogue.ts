import { RapportError } from '@rapport/kernel';
import type { ViewRef, ViewShape, ViewVersion } from '@rapport/ledger';
import type { Collection } from 'mongodb';
import type { MongoConnection } from './connection.js';
import { isDuplicate } from './errors.js';

/** One version of a view, as it stands. */
export interface Copy extends ViewShape {
  /** Names its collection: the number of the write that began it, never used again; 0 while it is only declared. */
  readonly id: number;
  /** `declared`: known, but nobody builds it yet. */
  readonly state: 'declared' | ViewVersion['state'];
  /** The lease under which it is built. */
  readonly token: number;
  readonly checkpoint: bigint;
  readonly events: number;
}

/** All that is known of a tenant's views, in one document: what changes in it changes at once. */
export interface Catalogue {
  readonly copies: readonly Copy[];
  /** How far the engine's index reaches. */
  readonly indexed: bigint;
  /** The last write that is done, of those granted under the lease. */
  readonly written: bigint;
}

interface CatalogueDocument {
  readonly _id: 'views';
  readonly revision: bigint;
  readonly written: bigint;
  readonly indexed: bigint;
  readonly copies: readonly StoredCopy[];
}

type StoredCopy = Omit<Copy, 'events' | 'id'> & { readonly id: bigint; readonly events: bigint };

const EMPTY: CatalogueDocument = { _id: 'views', revision: 0n, written: 0n, indexed: 0n, copies: [] };

/** Which versions of views there are and how far they reach. Whoever changes it replaces what it has read, or reads again. */
export class ViewCatalogue {
  private readonly collection: Collection<CatalogueDocument>;

  constructor(
    private readonly mongo: MongoConnection,
    tenant: string,
  ) {
    this.collection = mongo.exact<CatalogueDocument>(tenant, 'views');
  }

  async read(): Promise<Catalogue> {
    return catalogueOf(await this.stored());
  }

  /** @throws RapportError `VIEW_NOT_FOUND` */
  async find(view: ViewRef): Promise<Copy> {
    return this.copyIn(await this.read(), view);
  }

  /** @throws RapportError `VIEW_NOT_FOUND` */
  copyIn(catalogue: Catalogue, view: ViewRef): Copy {
    const copy = lookFor(catalogue, view);
    if (copy !== undefined) return copy;
    throw new RapportError(
      'VIEW_NOT_FOUND',
      `There is no version ${view.version} of the view ${view.name} in ${this.mongo.where}: declare and build it first.`,
    );
  }

  async declare({ name, version, shape, fields }: ViewShape): Promise<void> {
    const plain = fields.map((field) => ({ name: field.name, type: field.type }));
    const declared: Copy = {
      name,
      version,
      shape,
      fields: plain,
      id: 0,
      state: 'declared',
      token: 0,
      checkpoint: 0n,
      events: 0,
    };
    await this.change((catalogue) => {
      const known = lookFor(catalogue, declared);
      if (known === undefined) return { ...catalogue, copies: [...catalogue.copies, declared] };
      if (isSame(known, declared)) return undefined;
      if (known.state === 'declared') return withCopy(catalogue, declared);
      throw new RapportError(
        'INVALID_CONFIGURATION',
        `The view ${name} keeps other fields than version ${version} was built with: raise its version.`,
      );
    });
  }

  /** Records that a write is done, with what it changes here; nothing when it was recorded already. */
  async done(written: bigint, change: (catalogue: Catalogue) => Catalogue): Promise<void> {
    await this.change((catalogue) =>
      catalogue.written >= written ? undefined : { ...change(catalogue), written },
    );
  }

  private async change(change: (catalogue: Catalogue) => Catalogue | undefined): Promise<void> {
    await this.mongo.run(async () => {
      for (;;) {
        const stored = await this.stored();
        const changed = change(catalogueOf(stored));
        if (changed === undefined || (await this.replace(stored, changed))) return;
      }
    });
  }

  private async replace({ revision }: CatalogueDocument, changed: Catalogue): Promise<boolean> {
    const next: CatalogueDocument = {
      _id: 'views',
      revision: revision + 1n,
      written: changed.written,
      indexed: changed.indexed,
      copies: changed.copies.map((copy) => ({ ...copy, id: BigInt(copy.id), events: BigInt(copy.events) })),
    };
    try {
      if (revision === 0n) {
        await this.collection.insertOne(next);
        return true;
      }
      return (await this.collection.replaceOne({ _id: 'views', revision }, next)).matchedCount === 1;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  }

  private async stored(): Promise<CatalogueDocument> {
    return (await this.mongo.run(() => this.collection.findOne({ _id: 'views' }))) ?? EMPTY;
  }
}

const catalogueOf = ({ written, indexed, copies }: CatalogueDocument): Catalogue => ({
  written,
  indexed,
  copies: copies.map((copy) => ({ ...copy, id: Number(copy.id), events: Number(copy.events) })),
});

export const lookFor = ({ copies }: Catalogue, { name, version }: ViewRef): Copy | undefined =>
  copies.find((copy) => copy.name === name && copy.version === version);

/** The catalogue with this copy in the place of the one of the same version. */
export const withCopy = (catalogue: Catalogue, copy: Copy): Catalogue => ({
  ...catalogue,
  copies: [...catalogue.copies.filter((other) => !isOf(other, copy)), copy],
});

export const withoutCopy = (catalogue: Catalogue, view: ViewRef): Catalogue => ({
  ...catalogue,
  copies: catalogue.copies.filter((other) => !isOf(other, view)),
});

const isOf = (copy: Copy, { name, version }: ViewRef): boolean =>
  copy.name === name && copy.version === version;

const isSame = (copy: Copy, { shape, fields }: ViewShape): boolean =>
  copy.shape === shape &&
  copy.fields.length === fields.length &&
  copy.fields.every(({ name, type }, index) => fields[index]?.name === name && fields[index]?.type === type);

/** The versions that are more than declared, ordered by name and version. */
export function versionsIn({ copies }: Catalogue, view: string | undefined): readonly ViewVersion[] {
  const versions: ViewVersion[] = [];
  for (const { name, version, state, checkpoint, events } of copies) {
    if (state === 'declared' || (view !== undefined && view !== name)) continue;
    versions.push({ name, version, state, checkpoint, events });
  }
  return versions.sort((a, b) =>
    a.name === b.name ? a.version - b.version : Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)),
  );
}
