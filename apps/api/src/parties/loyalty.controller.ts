import { Controller, Get, Param, Query, Req } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { RapportError, type Answer } from '@rapport/kernel';
import type { FastifyRequest } from 'fastify';
import { ApiAnswer } from '../openapi/api-answer.js';
import { ApiOperation, ApiTags } from '../openapi/documented.js';
import { IntegerField } from '../requests/query-fields.js';
import { BoundedQuery } from '../requests/read-query.js';
import { ReadScopes } from '../requests/read-scope.js';
import { CompareLoyalty, ExplainLoyalty, ScoreLoyalty, TrendLoyalty } from './loyalty-queries.js';

const VERSION_MAX = 1_000_000;

class LoyaltyParameters extends BoundedQuery {
  @IntegerField('Version of the scoring rules; the newest unless given.', { min: 1, max: VERSION_MAX })
  readonly rules?: number;
}

class TrendParameters extends LoyaltyParameters {
  @IntegerField('How many month ends at most.', { min: 1, max: 120, default: 24 })
  readonly months?: number;
}

class CompareParameters extends BoundedQuery {
  @IntegerField('One version of the scoring rules; required.', { min: 1, max: VERSION_MAX })
  readonly left?: number;

  @IntegerField('The other version of the scoring rules; required.', { min: 1, max: VERSION_MAX })
  readonly right?: number;
}

/** Loyalty scores and the touchpoints behind them. */
@ApiTags('parties')
@Controller('v1/parties/:id/loyalty')
export class LoyaltyController {
  constructor(
    private readonly queries: QueryBus,
    private readonly scopes: ReadScopes,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The loyalty score of a party at the end of a day' })
  @ApiAnswer('DocumentAnswer', 'The score with its parts')
  async score(
    @Req() request: FastifyRequest,
    @Param('id') party: string,
    @Query() query: LoyaltyParameters,
  ): Promise<Answer<object>> {
    return this.queries.execute(new ScoreLoyalty(await this.scopes.open(request, query), party, query.rules));
  }

  @Get('why')
  @ApiOperation({ summary: 'Every touchpoint behind a score: they sum to it exactly' })
  @ApiAnswer('DocumentAnswer', 'The contributions')
  async why(
    @Req() request: FastifyRequest,
    @Param('id') party: string,
    @Query() query: LoyaltyParameters,
  ): Promise<Answer<object>> {
    return this.queries.execute(
      new ExplainLoyalty(await this.scopes.open(request, query), party, query.rules),
    );
  }

  @Get('trend')
  @ApiOperation({ summary: 'Scores at the last month ends and on the day itself' })
  @ApiAnswer('DocumentAnswer', 'The points, oldest first')
  async trend(
    @Req() request: FastifyRequest,
    @Param('id') party: string,
    @Query() query: TrendParameters,
  ): Promise<Answer<object>> {
    return this.queries.execute(
      new TrendLoyalty(await this.scopes.open(request, query), party, query.rules, query.months),
    );
  }

  @Get('compare')
  @ApiOperation({ summary: 'The same party under two versions of the rules' })
  @ApiAnswer('DocumentAnswer', 'Both scores and where they differ')
  async compare(
    @Req() request: FastifyRequest,
    @Param('id') party: string,
    @Query() query: CompareParameters,
  ): Promise<Answer<object>> {
    const { left, right } = query;
    if (left === undefined || right === undefined)
      throw new RapportError('INVALID_QUERY', 'Give both versions: `left` and `right`.');
    return this.queries.execute(
      new CompareLoyalty(await this.scopes.open(request, query), party, left, right),
    );
  }
}
