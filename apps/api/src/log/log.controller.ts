import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { positionFrom, RapportError } from '@rapport/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiAnswer, ApiProblems, ApiTenantHeader } from '../openapi/api-answer.js';
import { ApiOperation, ApiParam, ApiProduces, ApiTags } from '../openapi/documented.js';
import { TenantQuery } from '../requests/read-query.js';
import { ReadScopes } from '../requests/read-scope.js';
import { ReadLogFile, ReadReceipt } from './log-queries.js';
import { ReceiptQuery } from './receipt-query.js';

const TEXT = 'text/plain; charset=utf-8';
const BYTES = 'application/octet-stream';
/** A full tile never changes; everything else may be another a moment later. */
const CACHED = { final: 'public, max-age=31536000, immutable', else: 'no-cache' } as const;

/** The proof log, exactly as the static files of C2SP tlog-tiles, and receipts of events in it. */
@ApiTags('proof')
@Controller('v1')
export class LogController {
  constructor(
    private readonly queries: QueryBus,
    private readonly scopes: ReadScopes,
  ) {}

  @Get('log/key')
  @ApiOperation({ summary: 'The key that verifies checkpoints and receipts: compare it with what you know' })
  @ApiProduces('text/plain')
  @ApiTenantHeader()
  @ApiProblems()
  async key(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Query() query: TenantQuery,
  ): Promise<void> {
    const { log } = await this.scopes.ledger(request, query.tenant);
    const key = await log.findKey();
    if (key === undefined)
      throw new RapportError('NOT_FOUND', 'The proof log of this tenant has no key: nothing was signed yet.');
    await reply.type(TEXT).send(`${key}\n`);
  }

  @Get('log/checkpoint')
  @ApiOperation({ summary: 'The newest signed head of the log (C2SP tlog-checkpoint)' })
  @ApiProduces('text/plain')
  @ApiTenantHeader()
  @ApiProblems()
  async checkpoint(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Query() query: TenantQuery,
  ): Promise<void> {
    await this.sendFile(request, reply, query, 'checkpoint', TEXT);
  }

  @Get('log/tile/*')
  @ApiOperation({
    summary: 'A tile of hashes or a bundle of entries (C2SP tlog-tiles)',
    description: '`tile/<level>/<index>[.p/<width>]` or `tile/entries/<index>[.p/<width>]`.',
  })
  @ApiParam({ name: 'path', example: 'entries/000.p/15' })
  @ApiProduces(BYTES)
  @ApiTenantHeader()
  @ApiProblems()
  async tile(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Query() query: TenantQuery,
  ): Promise<void> {
    const path = (request.params as { readonly '*'?: string })['*'] ?? '';
    await this.sendFile(request, reply, query, `tile/${path}`, BYTES);
  }

  @Get('events/:position/receipt')
  @ApiOperation({
    summary: 'Proof that the event is in the log, checkable offline',
    description:
      'With `Accept: text/plain` the receipt alone (C2SP tlog-proof); as JSON with the exact bytes of the leaf beside it.',
  })
  @ApiAnswer('Receipt', 'The receipt')
  async receipt(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Param('position') position: string,
    @Query() query: ReceiptQuery,
  ): Promise<void> {
    const ledger = await this.scopes.ledger(request, query.tenant);
    const receipt = await this.queries.execute(
      new ReadReceipt(ledger, positionFrom(position, 'position'), query.waitTimeoutMs ?? 0),
    );
    if (request.headers.accept?.includes('text/plain') === true) {
      await reply.type(TEXT).send(Buffer.from(receipt.proof));
      return;
    }
    const { eventId, leafIndex, treeSize, leaf, proof } = receipt;
    await reply.send({
      position: receipt.position,
      eventId,
      leafIndex,
      treeSize,
      leaf: Buffer.from(leaf).toString(),
      receipt: Buffer.from(proof).toString(),
    });
  }

  private async sendFile(
    request: FastifyRequest,
    reply: FastifyReply,
    { tenant }: TenantQuery,
    path: string,
    type: string,
  ): Promise<void> {
    const ledger = await this.scopes.ledger(request, tenant);
    const { bytes, isFinal } = await this.queries.execute(new ReadLogFile(ledger, path));
    await reply
      .type(type)
      .header('Cache-Control', isFinal ? CACHED.final : CACHED.else)
      .send(Buffer.from(bytes));
  }
}
