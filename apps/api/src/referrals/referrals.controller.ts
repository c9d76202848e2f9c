import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { RapportError, type Answer } from '@rapport/kernel';
import { queries } from '@rapport/profiles';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { ApiAnswer, ApiProblems, ApiTenantHeader } from '../openapi/api-answer.js';
import { ApiOperation, ApiProduces, ApiTags } from '../openapi/documented.js';
import { ChoiceField, IntegerField, TextField } from '../requests/query-fields.js';
import { BoundedQuery, ReadQuery } from '../requests/read-query.js';
import { ReadScopes } from '../requests/read-scope.js';
import { FindReferralPath, ListTopReferrers, ReadForest, ReadReferrals } from './referral-queries.js';

class WalkParameters extends BoundedQuery {
  @IntegerField('How many introductions deep.', { min: 0, max: 1_000, default: 100 })
  readonly depth?: number;

  @IntegerField('How many parties at most; more is `LIMIT_EXCEEDED`, never a silent cut.', {
    min: 1,
    max: 100_000,
    default: 10_000,
  })
  readonly parties?: number;
}

class PathParameters extends BoundedQuery {
  @TextField('The first party; required.', 'c-1')
  readonly from?: string;

  @TextField('The second party; required.', 'c-2')
  readonly to?: string;
}

class TopParameters extends ReadQuery {
  @ChoiceField('What counts; `converted` unless given.', ['introduced', 'accepted', 'converted'])
  readonly by?: 'introduced' | 'accepted' | 'converted';

  @TextField('The cursor of the page before: its `next`.')
  readonly after?: string;

  @IntegerField('Most items of the page.', { min: 1, max: 1_000, default: 20 })
  readonly limit?: number;
}

class ForestParameters extends BoundedQuery {
  @ChoiceField('`json` unless given.', ['json', 'csv', 'graphml'])
  readonly format?: 'json' | 'csv' | 'graphml';
}

const FOREST_FORMATS = {
  json: { type: 'application/json; charset=utf-8', write: queries.forestJson },
  csv: { type: 'text/csv; charset=utf-8; header=present', write: queries.forestCsv },
  graphml: { type: 'application/graphml+xml; charset=utf-8', write: queries.forestGraphMl },
} as const;

/** Who introduced whom. */
@ApiTags('referrals')
@Controller('v1/referrals')
export class ReferralsController {
  constructor(
    private readonly queries: QueryBus,
    private readonly scopes: ReadScopes,
  ) {}

  @Get('path')
  @ApiOperation({ summary: 'The way between two parties of one tree of introductions' })
  @ApiAnswer('DocumentAnswer', 'The way')
  async path(@Req() request: FastifyRequest, @Query() query: PathParameters): Promise<Answer<object>> {
    const { from, to } = query;
    if (from === undefined || to === undefined)
      throw new RapportError('INVALID_QUERY', 'Give both parties: `from` and `to`.');
    return this.queries.execute(new FindReferralPath(await this.scopes.open(request, query), from, to));
  }

  @Get('top')
  @ApiOperation({ summary: 'Parties by what they introduced, highest first' })
  @ApiAnswer('DocumentAnswer', 'A page of parties')
  async top(@Req() request: FastifyRequest, @Query() query: TopParameters): Promise<Answer<object>> {
    const { ledger } = await this.scopes.open(request, query);
    const { by, after, limit } = query;
    return this.queries.execute(
      new ListTopReferrers(ledger, {
        ...(by === undefined ? {} : { by }),
        ...(after === undefined ? {} : { after }),
        ...(limit === undefined ? {} : { countMax: limit }),
      }),
    );
  }

  @Get('forest')
  @ApiOperation({ summary: 'Every tree of introductions, as a stream' })
  @ApiProduces('application/json', 'text/csv', 'application/graphml+xml')
  @ApiTenantHeader()
  @ApiProblems()
  async forest(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Query() query: ForestParameters,
  ): Promise<void> {
    const forest = await this.queries.execute(new ReadForest(await this.scopes.open(request, query)));
    const { type, write } = FOREST_FORMATS[query.format ?? 'json'];
    await reply.header('Content-Type', type).send(Readable.from(write(forest), { objectMode: false }));
  }

  @Get(':id/ancestors')
  @ApiOperation({ summary: 'Who introduced a party, and who introduced that one, up to the root' })
  @ApiAnswer('DocumentAnswer', 'The chain')
  async ancestors(
    @Req() request: FastifyRequest,
    @Param('id') party: string,
    @Query() query: BoundedQuery,
  ): Promise<Answer<object>> {
    return this.queries.execute(
      new ReadReferrals(await this.scopes.open(request, query), 'ancestors', party, {}),
    );
  }

  @Get(':id/subtree')
  @ApiOperation({ summary: 'Whom a party introduced, generation by generation' })
  @ApiAnswer('DocumentAnswer', 'The subtree')
  async subtree(
    @Req() request: FastifyRequest,
    @Param('id') party: string,
    @Query() query: WalkParameters,
  ): Promise<Answer<object>> {
    return this.queries.execute(
      new ReadReferrals(await this.scopes.open(request, query), 'subtree', party, walkOf(query)),
    );
  }

  @Get(':id/metrics')
  @ApiOperation({ summary: 'What the introductions of a party amount to' })
  @ApiAnswer('DocumentAnswer', 'The metrics')
  async metrics(
    @Req() request: FastifyRequest,
    @Param('id') party: string,
    @Query() query: WalkParameters,
  ): Promise<Answer<object>> {
    return this.queries.execute(
      new ReadReferrals(await this.scopes.open(request, query), 'metrics', party, walkOf(query)),
    );
  }
}

const walkOf = ({ depth, parties }: WalkParameters): queries.WalkQuery => ({
  ...(depth === undefined ? {} : { depthMax: depth }),
  ...(parties === undefined ? {} : { nodesMax: parties }),
});
