import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { RapportError, type JsonObject, type Kind } from '@rapport/kernel';
import { kinds } from '@rapport/profiles';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiAnswer } from '../openapi/api-answer.js';
import { ApiOperation, ApiProduces, ApiTags } from '../openapi/documented.js';
import { TenantQuery } from '../requests/read-query.js';

const SCHEMA_TYPE = 'application/schema+json';

/** A kind as the catalogue shows it. */
interface KindListing {
  readonly type: string;
  readonly family: string;
  readonly name: string;
  readonly version: number;
  readonly description: string;
  readonly effect: Kind['effect'];
  /** Pointers of personal fields. */
  readonly personal: readonly string[];
  readonly lifecycle: string | null;
}

interface KindPage extends KindListing {
  readonly schema: JsonObject;
  readonly example: object;
}

/** The kinds of touchpoints that the ledger takes: the same for every tenant. */
@ApiTags('kinds')
@Controller('v1/kinds')
export class KindsController {
  @Get()
  @ApiOperation({ summary: 'Every kind of touchpoint' })
  @ApiAnswer('Kinds', 'The catalogue')
  list(@Query() _query: TenantQuery): { readonly items: readonly KindListing[] } {
    return { items: kinds.all.map(listingOf) };
  }

  @Get(':type')
  @ApiOperation({
    summary: 'One kind: JSON Schema of its payload, a complete example, what it means',
    description: `With \`Accept: ${SCHEMA_TYPE}\` the schema alone.`,
  })
  @ApiProduces('application/json', SCHEMA_TYPE)
  @ApiAnswer('Kind', 'The kind')
  async kind(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Param('type') type: string,
    @Query() _query: TenantQuery,
  ): Promise<void> {
    const kind = kinds.get(type);
    if (kind === undefined)
      throw new RapportError('NOT_FOUND', 'There is no such kind: see /v1/kinds for those there are.');
    if (request.headers.accept?.includes(SCHEMA_TYPE) === true) {
      await reply.type(SCHEMA_TYPE).send(JSON.stringify(kind.schema));
      return;
    }
    const page: KindPage = {
      ...listingOf(kind),
      schema: kind.schema,
      example: { specversion: '1.0', ...kind.example },
    };
    await reply.send(page);
  }
}

const listingOf = ({
  type,
  family,
  name,
  version,
  description,
  effect,
  personal,
  lifecycle,
}: Kind): KindListing => ({
  type,
  family,
  name,
  version,
  description,
  effect,
  personal,
  lifecycle: lifecycle?.name ?? null,
});
