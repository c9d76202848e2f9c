import { Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { timeText } from '@rapport/kernel';
import { personDocument } from '@rapport/profiles';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiAnswer } from '../openapi/api-answer.js';
import { ApiBody, ApiConsumes, ApiOperation, ApiTags } from '../openapi/documented.js';
import { preparedStream } from '../requests/prepared-stream.js';
import { TenantQuery } from '../requests/read-query.js';
import { ReadScopes } from '../requests/read-scope.js';
import { erasureAsked } from './erasure-request.js';

/** What the ledger holds about a person, for that person: to be given, and to be erased. */
@ApiTags('parties')
@Controller('v1/parties')
export class PersonalDataController {
  constructor(private readonly scopes: ReadScopes) {}

  @Get(':id/personal-data')
  @ApiOperation({
    summary: 'Everything held about a person, personal values readable',
    description:
      'One JSON document, streamed: every event that concerns the party or an id that was merged into it. It waits until the views reflect what was recorded.',
  })
  @ApiAnswer('PersonalData', 'Everything held about the person')
  async export(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Param('id') party: string,
    @Query() query: TenantQuery,
  ): Promise<void> {
    const ledger = await this.scopes.ledger(request, query.tenant);
    const document = personDocument(await ledger.personalData(party), timeText(Date.now()));
    await reply.type('application/json; charset=utf-8').send(await preparedStream(document));
  }

  @Post(':id/erasure')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Makes everything personal about a party unreadable for good',
    description:
      'The keys of the party, and of every id that was merged into it, are destroyed; events, proofs, timelines and numbers stay. Asking again answers with the same receipt. With `dryRun` it says what would be done.',
  })
  @ApiConsumes('application/json')
  @ApiBody({ required: true, schema: { $ref: '#/components/schemas/ErasureRequest' } })
  @ApiAnswer('Erasure', 'The receipt')
  async erase(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Param('id') party: string,
    @Query() query: TenantQuery,
  ): Promise<void> {
    const { asked, dryRun } = erasureAsked(party, request.body);
    const ledger = await this.scopes.ledger(request, query.tenant);
    const erasure = await ledger.erase(asked, { dryRun });
    const persons = erasure.persons.map(({ position, ...person }) => ({
      ...person,
      ...(position === undefined ? {} : { position: position.toString() }),
    }));
    await reply.send({ ...erasure, persons });
  }
}
