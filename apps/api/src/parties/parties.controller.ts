import { Controller, Get, Param, Query, Req } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { Answer, JsonObject } from '@rapport/kernel';
import type { FastifyRequest } from 'fastify';
import { ApiAnswer } from '../openapi/api-answer.js';
import { ApiDynamicQuery } from '../openapi/api-dynamic-query.js';
import { ApiOperation, ApiTags } from '../openapi/documented.js';
import { dynamicQuery } from '../requests/dynamic-query.js';
import { BoundedQuery, TwoBoundsQuery } from '../requests/read-query.js';
import { ReadScopes, twoBoundsOf } from '../requests/read-scope.js';
import { FIND_PARAMETERS, FindParameters, findQueryOf } from '../views/find-query.js';
import { viewOf } from '../views/view-of.js';
import { FindDocuments, type DocumentPage } from '../views/view-queries.js';
import { DiffTimeline, PARTY_VIEW, ReadParty, ReadTimeline } from './party-queries.js';
import { TimelineParameters } from './timeline-query.js';

/** Parties: customers, suppliers, partners, and what happened with them. */
@ApiTags('parties')
@Controller('v1/parties')
export class PartiesController {
  constructor(
    private readonly queries: QueryBus,
    private readonly scopes: ReadScopes,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Parties, found by what is known of them',
    description:
      'Further parameters name a field of the view `relationship-360`: `stage=atRisk`, `sales.from=10`, `country.in=AT,DE`.',
  })
  @ApiDynamicQuery(FindParameters, 'Conditions on declared fields')
  @ApiAnswer('DocumentPage', 'A page of parties')
  async find(@Req() request: FastifyRequest): Promise<Answer<DocumentPage>> {
    const { known, others } = await dynamicQuery(request, FindParameters, FIND_PARAMETERS);
    const { ledger } = await this.scopes.open(request, known);
    return this.queries.execute(
      new FindDocuments(ledger, PARTY_VIEW, findQueryOf(viewOf(ledger, PARTY_VIEW), known, others)),
    );
  }

  @Get(':id')
  @ApiOperation({ summary: 'What is known of one party: roles, stage, open episodes, consents, rhythm' })
  @ApiAnswer('DocumentAnswer', 'The party')
  async party(
    @Req() request: FastifyRequest,
    @Param('id') party: string,
    @Query() query: BoundedQuery,
  ): Promise<Answer<JsonObject>> {
    return this.queries.execute(new ReadParty(await this.scopes.open(request, query), party));
  }

  @Get(':id/timeline')
  @ApiOperation({
    summary: 'What happened with a party, newest first',
    description: 'With `groupBy=episode` case by case; with `tree=true` for a firm and everybody in it.',
  })
  @ApiAnswer('TimelineAnswer', 'A page of the timeline')
  async timeline(
    @Req() request: FastifyRequest,
    @Param('id') party: string,
    @Query() query: TimelineParameters,
  ): Promise<Answer<object>> {
    return this.queries.execute(new ReadTimeline(await this.scopes.open(request, query), party, query));
  }

  @Get(':id/timeline/diff')
  @ApiOperation({ summary: 'What was learned, corrected or voided between two pairs of bounds' })
  @ApiAnswer('DocumentAnswer', 'The differences')
  async diff(
    @Req() request: FastifyRequest,
    @Param('id') party: string,
    @Query() query: TwoBoundsQuery,
  ): Promise<Answer<object>> {
    const { ledger } = await this.scopes.open(request, query);
    const { first, second } = await twoBoundsOf(ledger, query);
    return this.queries.execute(new DiffTimeline(ledger, party, first, second));
  }
}
