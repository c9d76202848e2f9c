import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Answer, Bounds, Page } from '@rapport/kernel';
import type {
  ContentChange,
  Ledger,
  ReplayDiff,
  ReplayedItem,
  ReplayPageQuery,
  ViewHash,
} from '@rapport/ledger';
import type { ReadScope } from '../requests/read-scope.js';

/** A page of a view, folded again within bounds. */
export class ReadReplay extends Query<Answer<Page<ReplayedItem>>> {
  constructor(
    readonly scope: ReadScope,
    readonly view: string,
    readonly page: ReplayPageQuery,
  ) {
    super();
  }
}

@QueryHandler(ReadReplay)
export class ReadReplayHandler implements IQueryHandler<ReadReplay> {
  execute({ scope, view, page }: ReadReplay): Promise<Answer<Page<ReplayedItem>>> {
    return scope.ledger.replayPage(view, scope.bounds, page);
  }
}

/** The hash of a view, folded again within bounds. */
export class HashReplay extends Query<Answer<ViewHash>> {
  constructor(
    readonly scope: ReadScope,
    readonly view: string,
    readonly key: string | undefined,
    readonly signal: AbortSignal,
  ) {
    super();
  }
}

@QueryHandler(HashReplay)
export class HashReplayHandler implements IQueryHandler<HashReplay> {
  execute({ scope, view, key, signal }: HashReplay): Promise<Answer<ViewHash>> {
    return scope.ledger.replayHash(view, scope.bounds, { key, signal });
  }
}

/** A page of how a view differs between two bounds. */
export class DiffReplays extends Query<ReplayDiff<Page<ContentChange>>> {
  constructor(
    readonly ledger: Ledger,
    readonly view: string,
    readonly sides: { readonly first: Bounds; readonly second: Bounds },
    readonly page: ReplayPageQuery,
  ) {
    super();
  }
}

@QueryHandler(DiffReplays)
export class DiffReplaysHandler implements IQueryHandler<DiffReplays> {
  execute({ ledger, view, sides, page }: DiffReplays): Promise<ReplayDiff<Page<ContentChange>>> {
    return ledger.replayDiffPage(view, sides.first, sides.second, page);
  }
}
