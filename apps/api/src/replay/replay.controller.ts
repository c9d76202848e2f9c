import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { RapportError, type Answer } from '@rapport/kernel';
import type { ViewHash } from '@rapport/ledger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiAnswer } from '../openapi/api-answer.js';
import { ApiOperation, ApiTags } from '../openapi/documented.js';
import { jsonLines, NDJSON, wantsLines } from '../requests/ndjson.js';
import { PAGE_SIZE_DEFAULT } from '../requests/page-size.js';
import { preparedStream } from '../requests/prepared-stream.js';
import { ReadScopes, twoBoundsOf } from '../requests/read-scope.js';
import { Viewings } from '../requests/viewings.js';
import { ServerContext } from '../server/server-context.js';
import { viewOf } from '../views/view-of.js';
import { DiffReplays, HashReplay, ReadReplay } from './replay-queries.js';
import { ReplayDiffParameters, ReplayHashParameters, ReplayParameters } from './replay-query.js';

/** Views folded again at any bounds: what was true, what was known. */
@ApiTags('views')
@Controller('v1/views/:view/replay')
export class ReplayController {
  constructor(
    private readonly queries: QueryBus,
    private readonly scopes: ReadScopes,
    private readonly viewings: Viewings,
    private readonly context: ServerContext,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'A view within bounds, folded again from the histories of its keys, ordered by key',
    description: `With \`Accept: ${NDJSON}\` the whole view is streamed, one document or entry a line.`,
  })
  @ApiAnswer('ReplayPage', 'A page of documents or entries', { ndjson: 'ReplayedItem' })
  async replay(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Param('view') name: string,
    @Query() query: ReplayParameters,
  ): Promise<void> {
    const scope = await this.scopes.open(request, query);
    const { ledger, bounds } = scope;
    const view = viewOf(ledger, name).name;
    const { key, after, limit } = query;
    const { position } = await ledger.replay(view, bounds);
    const pinned = { ...bounds, knownAt: position };
    await this.viewings.record(request, ledger, query, {
      key,
      scope: `replay of ${view} at position ${position}`,
    });
    if (!wantsLines(request)) {
      const page = { key, after, countMax: limit ?? PAGE_SIZE_DEFAULT };
      const at = { ledger, bounds: after === undefined ? pinned : bounds };
      const answer = await this.queries.execute(new ReadReplay(at, view, page));
      return void (await reply.send({ ...answer, bounds }));
    }
    refusePaging(after, limit);
    const { value } = await ledger.replay(view, pinned, { key, signal: this.context.stopSignal });
    await reply
      .type(`${NDJSON}; charset=utf-8`)
      .header('Rapport-Position', position.toString())
      .send(await preparedStream(jsonLines(value)));
  }

  @Get('hash')
  @ApiOperation({
    summary: 'The digest of a view within bounds',
    description: 'That of `/v1/views/hash` where the live view reflects the same position.',
  })
  @ApiAnswer('ReplayHash', 'The digest')
  async hash(
    @Req() request: FastifyRequest,
    @Param('view') name: string,
    @Query() query: ReplayHashParameters,
  ): Promise<Answer<ViewHash>> {
    const { ledger, bounds } = await this.scopes.open(request, query);
    const view = viewOf(ledger, name).name;
    const { position } = await ledger.replay(view, bounds);
    const what = { key: query.key, scope: `hash of ${view} at position ${position}` };
    await this.viewings.record(request, ledger, query, what);
    const pinned = { ledger, bounds: { ...bounds, knownAt: position } };
    const answer = await this.queries.execute(
      new HashReplay(pinned, view, query.key, this.context.stopSignal),
    );
    return { ...answer, bounds };
  }

  @Get('diff')
  @ApiOperation({
    summary: 'Which documents and entries differ between two bounds, member by member',
    description: `With \`Accept: ${NDJSON}\` all of them are streamed, one a line.`,
  })
  @ApiAnswer('ReplayDiff', 'A page of differences', { ndjson: 'ContentChange' })
  async diff(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Param('view') name: string,
    @Query() query: ReplayDiffParameters,
  ): Promise<void> {
    const { ledger } = await this.scopes.open(request, query);
    const view = viewOf(ledger, name).name;
    const { key, after, limit } = query;
    const given = await twoBoundsOf(ledger, query);
    const at = await ledger.replayDiff(view, given.first, given.second);
    const first = { ...given.first, knownAt: at.first.position };
    const second = { ...given.second, knownAt: at.second.position };
    const scope = `difference of ${view} from position ${first.knownAt} to ${second.knownAt}`;
    await this.viewings.record(request, ledger, query, { key, scope });
    if (!wantsLines(request)) {
      const page = { key, after, countMax: limit ?? PAGE_SIZE_DEFAULT };
      const sides = after === undefined ? { first, second } : given;
      return void (await reply.send(await this.queries.execute(new DiffReplays(ledger, view, sides, page))));
    }
    refusePaging(after, limit);
    const { value } = await ledger.replayDiff(view, first, second, { key, signal: this.context.stopSignal });
    await reply.type(`${NDJSON}; charset=utf-8`).send(await preparedStream(jsonLines(value)));
  }
}

/** A stream gives everything: a page of it would be passed over, so it is refused. */
function refusePaging(after: string | undefined, limit: number | undefined): void {
  if (after === undefined && limit === undefined) return;
  throw new RapportError(
    'INVALID_QUERY',
    `With Accept: ${NDJSON} everything is streamed: leave out limit and after.`,
    {
      facts: { parameters: 'limit,after' },
    },
  );
}
