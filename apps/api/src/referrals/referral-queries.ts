import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Answer } from '@rapport/kernel';
import type { Ledger } from '@rapport/ledger';
import { queries } from '@rapport/profiles';
import type { ReadScope } from '../requests/read-scope.js';

/** What may be asked about the place of one party in the forest of introductions. */
export type ReferralQuestion = 'ancestors' | 'subtree' | 'metrics';

/** Who introduced a party, whom it introduced, or what that amounts to. */
export class ReadReferrals extends Query<Answer<object>> {
  constructor(
    readonly scope: ReadScope,
    readonly question: ReferralQuestion,
    readonly party: string,
    readonly walk: queries.WalkQuery,
  ) {
    super();
  }
}

@QueryHandler(ReadReferrals)
export class ReadReferralsHandler implements IQueryHandler<ReadReferrals> {
  execute({ scope, question, party, walk }: ReadReferrals): Promise<Answer<object>> {
    const { ledger, bounds } = scope;
    switch (question) {
      case 'ancestors':
        return queries.referralAncestors(ledger, party, bounds);
      case 'subtree':
        return queries.referralSubtree(ledger, party, walk, bounds);
      case 'metrics':
        return queries.referralMetrics(ledger, party, walk, bounds);
    }
  }
}

/** The way between two parties of one tree. */
export class FindReferralPath extends Query<Answer<object>> {
  constructor(
    readonly scope: ReadScope,
    readonly from: string,
    readonly to: string,
  ) {
    super();
  }
}

@QueryHandler(FindReferralPath)
export class FindReferralPathHandler implements IQueryHandler<FindReferralPath> {
  execute({ scope, from, to }: FindReferralPath): Promise<Answer<object>> {
    return queries.referralPath(scope.ledger, from, to, scope.bounds);
  }
}

/** Parties by what they introduced. */
export class ListTopReferrers extends Query<Answer<object>> {
  constructor(
    readonly ledger: Ledger,
    readonly query: {
      readonly by?: queries.ReferralOrder;
      readonly countMax?: number;
      readonly after?: string;
    },
  ) {
    super();
  }
}

@QueryHandler(ListTopReferrers)
export class ListTopReferrersHandler implements IQueryHandler<ListTopReferrers> {
  execute({ ledger, query }: ListTopReferrers): Promise<Answer<object>> {
    return queries.topReferrers(ledger, query);
  }
}

/** The whole forest of introductions. */
export class ReadForest extends Query<queries.Forest> {
  constructor(readonly scope: ReadScope) {
    super();
  }
}

@QueryHandler(ReadForest)
export class ReadForestHandler implements IQueryHandler<ReadForest> {
  execute({ scope }: ReadForest): Promise<queries.Forest> {
    return queries.loadForest(scope.ledger.documents('referral-graph', scope.bounds));
  }
}
