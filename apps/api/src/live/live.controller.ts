import { Controller, Query, Req, Res, Sse, type MessageEvent } from '@nestjs/common';
import { positionFrom, RapportError } from '@rapport/kernel';
import type { Ledger } from '@rapport/ledger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { knownTypes } from '../events/known-types.js';
import { ApiOperation, ApiProduces, ApiTags } from '../openapi/documented.js';
import { ListField, PositionField } from '../requests/query-fields.js';
import { TenantQuery } from '../requests/read-query.js';
import { ReadScopes } from '../requests/read-scope.js';
import { ServerContext } from '../server/server-context.js';
import { liveFeed } from './live-feed.js';

class LiveQuery extends TenantQuery {
  @PositionField(
    'Starts after this position; without it, and without `Last-Event-ID`, with what is recorded from now on.',
  )
  readonly after?: string;

  @ListField('Only these kinds, by full type name.', 'rapport.sale.SaleCompleted.v1')
  readonly types?: readonly string[];
}

/** The ledger as it grows. */
@ApiTags('events')
@Controller('v1/live')
export class LiveController {
  constructor(
    private readonly context: ServerContext,
    private readonly scopes: ReadScopes,
  ) {}

  @Sse()
  @ApiOperation({
    summary: 'Server-sent events: what is recorded, as it is recorded',
    description:
      'The `id` of a message is a position; a client that comes back with it as `Last-Event-ID` misses nothing. Touchpoints are messages without a name; `slow`, `stopping` and `error` say why a feed ends.',
  })
  @ApiProduces('text/event-stream')
  async live(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() query: LiveQuery,
  ): Promise<Observable<MessageEvent>> {
    const ledger = await this.scopes.ledger(request, query.tenant);
    const types = query.types === undefined ? {} : { types: knownTypes(ledger, query.types) };
    const after = await startOf(ledger, request.headers['last-event-id'], query.after);
    return liveFeed({ context: this.context, ledger, after, ...types, response: reply.raw });
  }
}

async function startOf(
  ledger: Ledger,
  lastEventId: string | string[] | undefined,
  after: string | undefined,
): Promise<bigint> {
  if (Array.isArray(lastEventId))
    throw new RapportError('INVALID_QUERY', 'Last-Event-ID stands twice: send it once.');
  if (lastEventId !== undefined && lastEventId !== '') return positionFrom(lastEventId, 'Last-Event-ID');
  return after === undefined ? (await ledger.head()).position : positionFrom(after, 'after');
}
