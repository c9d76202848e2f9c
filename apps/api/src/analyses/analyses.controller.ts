import { Controller, Get, Param, Query, Req } from '@nestjs/common';
import { type IQueryHandler, Query as CqrsQuery, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { RapportError } from '@rapport/kernel';
import type { Ledger } from '@rapport/ledger';
import type { FastifyRequest } from 'fastify';
import { ApiAnswer } from '../openapi/api-answer.js';
import { ApiDynamicQuery } from '../openapi/api-dynamic-query.js';
import { ApiOperation, ApiTags } from '../openapi/documented.js';
import { dynamicQuery } from '../requests/dynamic-query.js';
import { BOUNDED_PARAMETERS, BoundedQuery, TenantQuery } from '../requests/read-query.js';
import { ReadScopes, type ReadScope } from '../requests/read-scope.js';

type Analysed = Awaited<ReturnType<Ledger['analyse']>>;

/** A computation over a whole population. */
export class RunAnalysis extends CqrsQuery<Analysed> {
  constructor(
    readonly scope: ReadScope,
    readonly name: string,
    readonly parameters: Readonly<Record<string, string>>,
  ) {
    super();
  }
}

@QueryHandler(RunAnalysis)
export class RunAnalysisHandler implements IQueryHandler<RunAnalysis> {
  execute({ scope, name, parameters }: RunAnalysis): Promise<Analysed> {
    return scope.ledger.analyse(name, parameters, scope.bounds);
  }
}

interface AnalysisListing {
  readonly name: string;
  readonly version: number;
  readonly description: string;
  readonly takes: Readonly<Record<string, string>>;
}

const KNOWN_PARAMETERS: ReadonlySet<string> = new Set(BOUNDED_PARAMETERS);

/** Analyses: their catalogue and their results. */
@ApiTags('analyses')
@Controller('v1/analyses')
export class AnalysesController {
  constructor(
    private readonly queries: QueryBus,
    private readonly scopes: ReadScopes,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Every analysis and the parameters it takes' })
  @ApiAnswer('Analyses', 'The catalogue')
  async list(
    @Req() request: FastifyRequest,
    @Query() query: TenantQuery,
  ): Promise<{ readonly items: readonly AnalysisListing[] }> {
    const ledger = await this.scopes.ledger(request, query.tenant);
    return {
      items: ledger.analyses.map(({ name, version, description, takes }) => ({
        name,
        version,
        description,
        takes,
      })),
    };
  }

  @Get(':name')
  @ApiOperation({
    summary: 'Runs an analysis at one position',
    description: 'Further parameters are those that the analysis takes.',
  })
  @ApiDynamicQuery(BoundedQuery, 'Parameters of the analysis')
  @ApiAnswer('AnalysisAnswer', 'The result, with the position it reflects')
  async run(@Req() request: FastifyRequest, @Param('name') name: string): Promise<Analysed> {
    const { known, others } = await dynamicQuery(request, BoundedQuery, KNOWN_PARAMETERS);
    const scope = await this.scopes.open(request, known);
    const analysis = scope.ledger.analyses.find((one) => one.name === name);
    if (analysis === undefined)
      throw new RapportError('NOT_FOUND', 'There is no such analysis: see /v1/analyses for those there are.');
    for (const parameter of others.keys()) {
      if (Object.hasOwn(analysis.takes, parameter)) continue;
      const taken = Object.keys(analysis.takes).join(', ') || 'none';
      throw new RapportError(
        'INVALID_QUERY',
        `${analysis.name} takes no ${parameter.slice(0, 60)}: it takes ${taken}.`,
        {
          facts: { parameters: parameter.slice(0, 60) },
        },
      );
    }
    return this.queries.execute(new RunAnalysis(scope, analysis.name, Object.fromEntries(others)));
  }
}
