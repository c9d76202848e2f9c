import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import {
  RapportError,
  type Answer,
  type EntriesQuery,
  type FindQuery,
  type JsonObject,
  type Page,
  type StoredEntry,
  type View,
} from '@rapport/kernel';
import type { Ledger, ParkedKey, ViewHash, ViewHealth } from '@rapport/ledger';
import type { ReadScope } from '../requests/read-scope.js';

/** A view as the catalogue shows it. */
export interface ViewListing {
  readonly name: string;
  readonly version: number;
  readonly shape: View['shape'];
  readonly description: string;
  readonly indexes: readonly { readonly name: string; readonly type: string }[];
  readonly filters: readonly string[];
  readonly health: readonly ViewHealth[];
}

/** Every view with its health. */
export class ListViews extends Query<readonly ViewListing[]> {
  constructor(readonly ledger: Ledger) {
    super();
  }
}

@QueryHandler(ListViews)
export class ListViewsHandler implements IQueryHandler<ListViews> {
  async execute({ ledger }: ListViews): Promise<readonly ViewListing[]> {
    const health = await ledger.health();
    return ledger.views.map((view) => ({
      name: view.name,
      version: view.version,
      shape: view.shape,
      description: view.description,
      indexes: view.shape === 'entries' ? [] : view.indexes.map(({ name, type }) => ({ name, type })),
      filters: view.shape === 'entries' ? view.filters : [],
      health: health.filter((one) => one.view === view.name),
    }));
  }
}

/** One document of a view, live or replayed within bounds. */
export class ReadDocument extends Query<Answer<JsonObject>> {
  constructor(
    readonly scope: ReadScope,
    readonly view: string,
    readonly key: string,
  ) {
    super();
  }
}

@QueryHandler(ReadDocument)
export class ReadDocumentHandler implements IQueryHandler<ReadDocument> {
  async execute({ scope, view, key }: ReadDocument): Promise<Answer<JsonObject>> {
    const answer = await scope.ledger.document(view, key, scope.bounds);
    if (answer.value === undefined) {
      throw new RapportError('NOT_FOUND', `${view} has no document under this key within these bounds.`);
    }
    return { ...answer, value: answer.value };
  }
}

export type DocumentPage = Page<{ readonly key: string; readonly doc: JsonObject }>;

/** Documents of a view by their declared fields. */
export class FindDocuments extends Query<Answer<DocumentPage>> {
  constructor(
    readonly ledger: Ledger,
    readonly view: string,
    readonly query: FindQuery,
  ) {
    super();
  }
}

@QueryHandler(FindDocuments)
export class FindDocumentsHandler implements IQueryHandler<FindDocuments> {
  execute({ ledger, view, query }: FindDocuments): Promise<Answer<DocumentPage>> {
    return ledger.find(view, query);
  }
}

/** A page of the entries of one key. */
export class ReadEntries extends Query<Answer<Page<StoredEntry>>> {
  constructor(
    readonly scope: ReadScope,
    readonly view: string,
    readonly key: string,
    readonly query: EntriesQuery,
  ) {
    super();
  }
}

@QueryHandler(ReadEntries)
export class ReadEntriesHandler implements IQueryHandler<ReadEntries> {
  execute({ scope, view, key, query }: ReadEntries): Promise<Answer<Page<StoredEntry>>> {
    return scope.ledger.entries(view, key, query, scope.bounds);
  }
}

/** Keys that a view could not digest. */
export class ListParked extends Query<readonly ParkedKey[]> {
  constructor(
    readonly ledger: Ledger,
    readonly view: string,
  ) {
    super();
  }
}

@QueryHandler(ListParked)
export class ListParkedHandler implements IQueryHandler<ListParked> {
  execute({ ledger, view }: ListParked): Promise<readonly ParkedKey[]> {
    return ledger.parked(view);
  }
}

export interface Hashes {
  readonly views: readonly ViewHash[];
  readonly all: string;
  readonly position: bigint;
}

/** Digests of what the views say. */
export class HashViews extends Query<Hashes> {
  constructor(readonly ledger: Ledger) {
    super();
  }
}

@QueryHandler(HashViews)
export class HashViewsHandler implements IQueryHandler<HashViews> {
  execute({ ledger }: HashViews): Promise<Hashes> {
    return ledger.hash();
  }
}
