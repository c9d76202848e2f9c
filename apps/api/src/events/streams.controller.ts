import { Controller, Get, Param, Query, Req } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyRequest } from 'fastify';
import { ApiAnswer } from '../openapi/api-answer.js';
import { ApiOperation, ApiTags } from '../openapi/documented.js';
import { ReadScopes } from '../requests/read-scope.js';
import { showEvent, type EventAnswer } from '../server/json-text.js';
import { ReadStream } from './event-queries.js';
import { StreamQuery } from './event-query.js';

const STREAM_SIZE_DEFAULT = 100;

/** Streams, event by event. */
@ApiTags('events')
@Controller('v1/streams')
export class StreamsController {
  constructor(
    private readonly queries: QueryBus,
    private readonly scopes: ReadScopes,
  ) {}

  @Get(':category/:id')
  @ApiOperation({
    summary: 'Events of one stream in the order of their revisions',
    description: 'A stream that holds nothing is an empty answer with `exists: false`.',
  })
  @ApiAnswer('Stream', 'Part of the stream')
  async stream(
    @Req() request: FastifyRequest,
    @Param('category') category: string,
    @Param('id') id: string,
    @Query() query: StreamQuery,
  ): Promise<{ readonly exists: boolean; readonly items: readonly EventAnswer[] }> {
    const ledger = await this.scopes.ledger(request, query.tenant);
    const { exists, events } = await this.queries.execute(
      new ReadStream(
        ledger,
        `${category}/${id}`,
        {
          direction: query.direction ?? 'forwards',
          countMax: query.limit ?? STREAM_SIZE_DEFAULT,
          ...(query.from === undefined ? {} : { from: query.from }),
        },
        query.personal ?? false,
      ),
    );
    return { exists, items: events.map(showEvent) };
  }
}
