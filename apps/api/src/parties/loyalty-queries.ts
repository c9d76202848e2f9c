import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Answer } from '@rapport/kernel';
import { queries } from '@rapport/profiles';
import type { ReadScope } from '../requests/read-scope.js';

/** A loyalty score as it stands at the end of a day. */
export class ScoreLoyalty extends Query<Answer<object>> {
  constructor(
    readonly scope: ReadScope,
    readonly party: string,
    readonly rules: number | undefined,
  ) {
    super();
  }
}

@QueryHandler(ScoreLoyalty)
export class ScoreLoyaltyHandler implements IQueryHandler<ScoreLoyalty> {
  execute({ scope, party, rules }: ScoreLoyalty): Promise<Answer<object>> {
    return queries.loyaltyScore(scope.ledger, party, scoreQueryOf(scope, rules));
  }
}

/** The touchpoints behind a score. */
export class ExplainLoyalty extends Query<Answer<object>> {
  constructor(
    readonly scope: ReadScope,
    readonly party: string,
    readonly rules: number | undefined,
  ) {
    super();
  }
}

@QueryHandler(ExplainLoyalty)
export class ExplainLoyaltyHandler implements IQueryHandler<ExplainLoyalty> {
  execute({ scope, party, rules }: ExplainLoyalty): Promise<Answer<object>> {
    return queries.whyLoyaltyScore(scope.ledger, party, scoreQueryOf(scope, rules));
  }
}

/** Scores at month ends. */
export class TrendLoyalty extends Query<Answer<object>> {
  constructor(
    readonly scope: ReadScope,
    readonly party: string,
    readonly rules: number | undefined,
    readonly months: number | undefined,
  ) {
    super();
  }
}

@QueryHandler(TrendLoyalty)
export class TrendLoyaltyHandler implements IQueryHandler<TrendLoyalty> {
  execute({ scope, party, rules, months }: TrendLoyalty): Promise<Answer<object>> {
    const query = { ...scoreQueryOf(scope, rules), ...(months === undefined ? {} : { months }) };
    return queries.loyaltyTrend(scope.ledger, party, query);
  }
}

/** One party under two versions of the rules. */
export class CompareLoyalty extends Query<Answer<object>> {
  constructor(
    readonly scope: ReadScope,
    readonly party: string,
    readonly left: number,
    readonly right: number,
  ) {
    super();
  }
}

@QueryHandler(CompareLoyalty)
export class CompareLoyaltyHandler implements IQueryHandler<CompareLoyalty> {
  execute({ scope, party, left, right }: CompareLoyalty): Promise<Answer<object>> {
    return queries.compareRules(scope.ledger, party, { ...scoreQueryOf(scope, undefined), left, right });
  }
}

/** Scores have day resolution; without a day they stand at the end of today (UTC). */
function scoreQueryOf({ bounds }: ReadScope, rules: number | undefined): queries.ScoreQuery {
  return {
    day: bounds.asOf ?? new Date().toISOString().slice(0, 10),
    ...(bounds.knownAt === undefined ? {} : { knownAt: bounds.knownAt }),
    ...(rules === undefined ? {} : { rules }),
  };
}
