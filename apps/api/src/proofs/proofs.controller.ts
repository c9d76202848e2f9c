import { Controller, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiDynamicQuery } from '../openapi/api-dynamic-query.js';
import { ApiProblems, ApiTenantHeader } from '../openapi/api-answer.js';
import { ApiOperation, ApiParam, ApiProduces, ApiTags } from '../openapi/documented.js';
import { dynamicQuery } from '../requests/dynamic-query.js';
import { EventQuery } from '../events/event-query.js';
import { ReadScopes } from '../requests/read-scope.js';
import { ProveAnswer } from './prove-answer.command.js';

const BUNDLE = 'application/x-ndjson';
const KNOWN: ReadonlySet<string> = new Set(['tenant', 'personal']);

/** Answers that prove themselves. */
@ApiTags('proof')
@Controller('v1/proofs')
export class ProofsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly scopes: ReadScopes,
  ) {}

  @Post(':question')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Answers a question with a bundle that proves the answer, for `rapport verify bundle`',
    description:
      'The completeness map is logged first, where something was recorded since the last time: that is why this is no GET. Questions are `timeline` (party; asOf, countMax, after, order), `loyalty` (party, day; rules), `referrals` (party; asOf) and `document` (view, key; asOf).',
  })
  @ApiParam({ name: 'question', example: 'loyalty' })
  @ApiDynamicQuery(EventQuery, 'Parameters of the question')
  @ApiProduces(BUNDLE)
  @ApiTenantHeader()
  @ApiProblems()
  async prove(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Param('question') name: string,
  ): Promise<void> {
    const { known, others } = await dynamicQuery(request, EventQuery, KNOWN);
    const { tenant } = await this.scopes.ledger(request, known.tenant);
    const question = { name, parameters: Object.fromEntries(others) };
    const { lines } = await this.commands.execute(new ProveAnswer(tenant, question, known.personal ?? false));
    await reply.type(BUNDLE).send(lines.join(''));
  }
}
