import { Controller, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { RapportError, type Answer, type JsonObject } from '@rapport/kernel';
import type { ParkedKey } from '@rapport/ledger';
import type { FastifyRequest } from 'fastify';
import { ApiAnswer } from '../openapi/api-answer.js';
import { ApiDynamicQuery } from '../openapi/api-dynamic-query.js';
import { ApiOperation, ApiTags } from '../openapi/documented.js';
import { dynamicQuery } from '../requests/dynamic-query.js';
import { TextField } from '../requests/query-fields.js';
import { BoundedQuery, ReadQuery, TenantQuery } from '../requests/read-query.js';
import { ReadScopes } from '../requests/read-scope.js';
import { ENTRIES_PARAMETERS, EntriesParameters, entriesQueryOf } from './entries-query.js';
import { FIND_PARAMETERS, FindParameters, findQueryOf } from './find-query.js';
import { RebuildJobs, type RebuildJob } from './rebuild-jobs.js';
import { shownEntry, type ShownEntry } from './shown-entry.js';
import { viewOf } from './view-of.js';
import {
  FindDocuments,
  HashViews,
  ListParked,
  ListViews,
  ReadDocument,
  ReadEntries,
  type DocumentPage,
  type Hashes,
  type ViewListing,
} from './view-queries.js';

class RetryQuery extends TenantQuery {
  @TextField('Only this key; all parked keys of the view without it.')
  readonly key?: string;
}

/** Projections: their catalogue, their health, and what they hold. */
@ApiTags('views')
@Controller('v1/views')
export class ViewsController {
  constructor(
    private readonly queries: QueryBus,
    private readonly scopes: ReadScopes,
    private readonly jobs: RebuildJobs,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Every view: what it answers, what it can be searched by, and how far it is' })
  @ApiAnswer('Views', 'The catalogue')
  async list(
    @Req() request: FastifyRequest,
    @Query() query: ReadQuery,
  ): Promise<{ readonly items: readonly ViewListing[] }> {
    const { ledger } = await this.scopes.open(request, query);
    return { items: await this.queries.execute(new ListViews(ledger)) };
  }

  @Get('hash')
  @ApiOperation({ summary: 'Digests of what the views say: equal wherever the same events were recorded' })
  @ApiAnswer('ViewHashes', 'A digest of every view, and one of all')
  async hash(@Req() request: FastifyRequest, @Query() query: ReadQuery): Promise<Hashes> {
    const { ledger } = await this.scopes.open(request, query);
    return this.queries.execute(new HashViews(ledger));
  }

  @Get(':view')
  @ApiOperation({ summary: 'One view, with its health and its last rebuild' })
  @ApiAnswer('View', 'The view')
  async view(
    @Req() request: FastifyRequest,
    @Param('view') name: string,
    @Query() query: TenantQuery,
  ): Promise<ViewListing & { readonly rebuild?: RebuildJob }> {
    const ledger = await this.scopes.ledger(request, query.tenant);
    const view = viewOf(ledger, name);
    const listing = (await this.queries.execute(new ListViews(ledger))).find((one) => one.name === view.name);
    if (listing === undefined) throw new RapportError('VIEW_NOT_FOUND', 'There is no view of this name.');
    const job = this.jobs.last(ledger, view.name);
    return { ...listing, ...(job === undefined ? {} : { rebuild: job }) };
  }

  @Get(':view/documents')
  @ApiOperation({
    summary: 'Documents of a view, found by its declared fields',
    description:
      'Further parameters name a field: `field=value`, `field.prefix=`, `field.from=`, `field.to=`, `field.in=a,b`, `field.exists=true`. All must hold.',
  })
  @ApiDynamicQuery(FindParameters, 'Conditions on declared fields')
  @ApiAnswer('DocumentPage', 'A page of documents')
  async find(@Req() request: FastifyRequest, @Param('view') name: string): Promise<Answer<DocumentPage>> {
    const { known, others } = await dynamicQuery(request, FindParameters, FIND_PARAMETERS);
    const { ledger } = await this.scopes.open(request, known);
    const view = viewOf(ledger, name, 'documents');
    return this.queries.execute(new FindDocuments(ledger, view.name, findQueryOf(view, known, others)));
  }

  @Get(':view/documents/:key')
  @ApiOperation({ summary: 'One document of a view, now or within bounds' })
  @ApiAnswer('DocumentAnswer', 'The document')
  async document(
    @Req() request: FastifyRequest,
    @Param('view') name: string,
    @Param('key') key: string,
    @Query() query: BoundedQuery,
  ): Promise<Answer<JsonObject>> {
    const scope = await this.scopes.open(request, query);
    return this.queries.execute(new ReadDocument(scope, viewOf(scope.ledger, name, 'documents').name, key));
  }

  @Get(':view/entries/:key')
  @ApiOperation({
    summary: 'Entries of one key, page by page',
    description: 'Further parameters are filters that the view declares: `family=sale,complaint`.',
  })
  @ApiDynamicQuery(EntriesParameters, 'Filters that the view declares')
  @ApiAnswer('EntryPage', 'A page of entries')
  async entries(
    @Req() request: FastifyRequest,
    @Param('view') name: string,
    @Param('key') key: string,
  ): Promise<Answer<{ readonly items: readonly ShownEntry[]; readonly next?: string }>> {
    const { known, others } = await dynamicQuery(request, EntriesParameters, ENTRIES_PARAMETERS);
    const scope = await this.scopes.open(request, known);
    const view = viewOf(scope.ledger, name, 'entries');
    const answer = await this.queries.execute(
      new ReadEntries(scope, view.name, key, entriesQueryOf(view, known, others)),
    );
    return { ...answer, value: { ...answer.value, items: answer.value.items.map(shownEntry) } };
  }

  @Post(':view/rebuild')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Builds a view again beside the live one, then swaps',
    description:
      'Progress stands at the view itself. A rebuild that is running already is answered, not started twice.',
  })
  @ApiAnswer('RebuildJob', 'The rebuild under way', { status: 202 })
  async rebuild(
    @Req() request: FastifyRequest,
    @Param('view') name: string,
    @Query() query: TenantQuery,
  ): Promise<RebuildJob> {
    const ledger = await this.scopes.ledger(request, query.tenant);
    return this.jobs.start(ledger, viewOf(ledger, name).name);
  }

  @Get(':view/parked')
  @ApiOperation({ summary: 'Keys that the view could not digest, with the error of each' })
  @ApiAnswer('ParkedKeys', 'Parked keys')
  async parked(
    @Req() request: FastifyRequest,
    @Param('view') name: string,
    @Query() query: TenantQuery,
  ): Promise<{ readonly items: readonly ParkedKey[] }> {
    const ledger = await this.scopes.ledger(request, query.tenant);
    return { items: await this.queries.execute(new ListParked(ledger, viewOf(ledger, name).name)) };
  }

  @Post(':view/retry')
  @HttpCode(200)
  @ApiOperation({ summary: 'Folds parked keys again; answers those that are still parked' })
  @ApiAnswer('ParkedKeys', 'Keys that are still parked')
  async retry(
    @Req() request: FastifyRequest,
    @Param('view') name: string,
    @Query() query: RetryQuery,
  ): Promise<{ readonly items: readonly ParkedKey[] }> {
    const ledger = await this.scopes.ledger(request, query.tenant);
    return { items: await ledger.retry(viewOf(ledger, name).name, query.key) };
  }
}
