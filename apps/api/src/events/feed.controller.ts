import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { positionFrom, RapportError, type OpenedEvent } from '@rapport/kernel';
import type { Ledger } from '@rapport/ledger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiAnswer } from '../openapi/api-answer.js';
import { ApiOperation, ApiTags } from '../openapi/documented.js';
import { NDJSON, wantsLines } from '../requests/ndjson.js';
import { preparedStream } from '../requests/prepared-stream.js';
import { ReadScopes } from '../requests/read-scope.js';
import { showEvent, type EventAnswer } from '../server/json-text.js';
import { EventQuery, FeedQuery, LookUpQuery } from './event-query.js';
import { knownTypes } from './known-types.js';
import { LookUpEvent, ReadEvent, ReadFeed } from './event-queries.js';

const FEED_SIZE_DEFAULT = 100;
const FEED_SIZE_MAX = 1_000;

/** Recorded events: the feed after a position, one by its position, one by its identity. */
@ApiTags('events')
@Controller('v1/events')
export class FeedController {
  constructor(
    private readonly queries: QueryBus,
    private readonly scopes: ReadScopes,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Events after a position, in ledger order',
    description: `With \`Accept: ${NDJSON}\` everything up to the end of the ledger (or \`limit\`) is streamed, one event a line.`,
  })
  @ApiAnswer('Feed', 'A page of the feed', { ndjson: 'Event' })
  async feed(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Query() query: FeedQuery,
  ): Promise<void> {
    const ledger = await this.scopes.ledger(request, query.tenant);
    const after = query.after === undefined ? 0n : positionFrom(query.after, 'after');
    const types = query.types === undefined ? {} : { types: knownTypes(ledger, query.types) };
    const personal = query.personal ?? false;
    if (wantsLines(request)) {
      const options = { after, ...types, ...(query.limit === undefined ? {} : { countMax: query.limit }) };
      await reply
        .type(`${NDJSON}; charset=utf-8`)
        .send(
          await preparedStream(
            lines(personal ? ledger.withPersonalEach(ledger.feed(options)) : ledger.feed(options)),
          ),
        );
      return;
    }
    if ((query.limit ?? 0) > FEED_SIZE_MAX) {
      throw new RapportError(
        'INVALID_QUERY',
        `A page holds at most ${FEED_SIZE_MAX} events: stream them with Accept: ${NDJSON}.`,
        { facts: { parameters: 'limit' } },
      );
    }
    const { events, isLast } = await this.queries.execute(
      new ReadFeed(ledger, { after, ...types, countMax: query.limit ?? FEED_SIZE_DEFAULT }, personal),
    );
    const next = (events.at(-1)?.position ?? after).toString();
    await reply.header('Rapport-Position', next).send({ items: events.map(showEvent), next, isLast });
  }

  @Get('lookup')
  @ApiOperation({ summary: 'One event by the identity its emitter gave it' })
  @ApiAnswer('Event', 'The event')
  async lookUp(@Req() request: FastifyRequest, @Query() query: LookUpQuery): Promise<EventAnswer> {
    const ledger = await this.scopes.ledger(request, query.tenant);
    return showEvent(await this.queries.execute(lookUpOf(ledger, query)));
  }

  @Get(':position')
  @ApiOperation({ summary: 'One event by its position' })
  @ApiAnswer('Event', 'The event')
  async event(
    @Req() request: FastifyRequest,
    @Param('position') position: string,
    @Query() query: EventQuery,
  ): Promise<EventAnswer> {
    const ledger = await this.scopes.ledger(request, query.tenant);
    const at = positionFrom(position, 'position');
    return showEvent(await this.queries.execute(new ReadEvent(ledger, at, query.personal ?? false)));
  }
}

function lookUpOf(ledger: Ledger, { subject, source, id, personal = false }: LookUpQuery): LookUpEvent {
  if (subject === undefined || source === undefined || id === undefined) {
    throw new RapportError(
      'INVALID_QUERY',
      'Give `subject`, `source` and `id`: together they are the identity of an event.',
    );
  }
  return new LookUpEvent(ledger, subject, source, id, personal);
}

async function* lines(events: AsyncIterable<OpenedEvent>): AsyncGenerator<string> {
  for await (const event of events) yield `${JSON.stringify(showEvent(event))}\n`;
}
