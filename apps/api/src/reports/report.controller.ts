import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { RapportError, readSpan } from '@rapport/kernel';
import { queries } from '@rapport/profiles';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiAnswer } from '../openapi/api-answer.js';
import { ApiOperation, ApiTags } from '../openapi/documented.js';
import { preparedStream } from '../requests/prepared-stream.js';
import { IntegerField, TextField } from '../requests/query-fields.js';
import { BoundedQuery } from '../requests/read-query.js';
import { ReadScopes } from '../requests/read-scope.js';
import { ActorField, PurposeField, Viewings } from '../requests/viewings.js';
import { ReportParty } from './report-queries.js';

const MARKDOWN = 'text/markdown';
const EVENTS_PER_PAGE = 1_000;

class ReportParameters extends BoundedQuery {
  @TextField('Only what happened from this day or time on.', '2026-01-01')
  readonly from?: string;

  @TextField('Only what happened up to this day or time.', '2026-03-31')
  readonly to?: string;

  @TextField('Only what the ledger learned from this day or time on.')
  readonly recordedFrom?: string;

  @TextField('Only what the ledger learned up to this day or time.')
  readonly recordedTo?: string;

  @TextField('The cursor of the page before: its `next`. It keeps to the position of the first page.')
  readonly after?: string;

  @IntegerField('Most events of the page.', { min: 1, max: EVENTS_PER_PAGE, default: EVENTS_PER_PAGE })
  readonly limit?: number;

  @PurposeField()
  readonly purpose?: string;

  @ActorField()
  readonly actor?: string;
}

/** Reports for auditors. */
@ApiTags('parties')
@Controller('v1/parties/:id/report')
export class ReportController {
  constructor(
    private readonly queries: QueryBus,
    private readonly scopes: ReadScopes,
    private readonly viewings: Viewings,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Everything recorded about a party: who, what, when, what was corrected and by whom, who looked',
    description: `Personal values never appear. With \`Accept: ${MARKDOWN}\` the whole report is text to read; as JSON its events come page by page.`,
  })
  @ApiAnswer('PartyReport', 'The report', { text: MARKDOWN })
  async report(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Param('id') party: string,
    @Query() query: ReportParameters,
  ): Promise<void> {
    const scope = await this.scopes.open(request, query);
    const { after, limit } = query;
    const isMarkdown = request.headers.accept?.includes(MARKDOWN) === true;
    if (isMarkdown && (after !== undefined || limit !== undefined))
      throw new RapportError(
        'INVALID_QUERY',
        `As ${MARKDOWN} a report is whole: leave out limit and after.`,
        {
          facts: { parameters: 'limit,after' },
        },
      );
    const countMax = isMarkdown ? undefined : (limit ?? EVENTS_PER_PAGE);
    const answer = await this.queries.execute(
      new ReportParty(scope, party, { period: periodOf(query), countMax, after }),
    );
    const what = { key: answer.value.party, scope: `report at position ${answer.position}` };
    await this.viewings.record(request, scope.ledger, query, what);
    if (!isMarkdown) return void (await reply.send(answer));
    await reply
      .type(`${MARKDOWN}; charset=utf-8; variant=GFM`)
      .header('Rapport-Position', answer.position.toString())
      .send(await preparedStream(queries.reportMarkdown(answer)));
  }
}

function periodOf({ from, to, recordedFrom, recordedTo }: ReportParameters): queries.ReportPeriod {
  const [first, last] = readSpan({ from, to });
  const recorded = { from: 'recordedFrom', to: 'recordedTo' };
  const [recordedFirst, recordedLast] = readSpan({ from: recordedFrom, to: recordedTo }, recorded);
  return { from: first, to: last, recordedFrom: recordedFirst, recordedTo: recordedLast };
}
