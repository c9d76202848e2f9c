import { applyDecorators } from '@nestjs/common';
import { ApiProblems, ApiTenantHeader } from '../openapi/api-answer.js';
import { ApiBody, ApiConsumes, ApiOperation, ApiQuery, ApiResponse, ApiTags } from '../openapi/documented.js';

const json = (schema: string): Record<string, { schema: { $ref: string } }> => ({
  'application/json': { schema: { $ref: `#/components/schemas/${schema}` } },
});
const headers = { 'Rapport-Position': { $ref: '#/components/headers/Rapport-Position' } };

/** Documents `POST /v1/events`: its content modes and outcomes. */
export const ApiRecord = (): MethodDecorator =>
  applyDecorators(
    ApiTags('events'),
    ApiTenantHeader(),
    ApiOperation({
      summary: 'Records one touchpoint, or a batch of up to 1,000',
      description:
        'CloudEvents 1.0 in structured, batch or binary mode. A repeat is answered with its first outcome. In a batch every event has its own outcome: a bad one never loses the others. For more than a batch use /v1/events/ingest.',
    }),
    ApiQuery({
      name: 'tenant',
      required: false,
      schema: { type: 'string' },
      description: 'The tenant, when the header does not name it.',
    }),
    ApiQuery({
      name: 'validate',
      required: false,
      schema: { type: 'boolean', default: false },
      description: 'Checks everything that does not depend on what is recorded, and writes nothing.',
    }),
    ApiQuery({
      name: 'wait',
      required: false,
      schema: { enum: ['recorded', 'sealed', 'published'], default: 'recorded' },
      description:
        'Answers once everything is durable (`recorded`), has a leaf in the proof log (`sealed`: `leafIndex` is given), or is covered by a signed checkpoint (`published`: `treeSize` too).',
    }),
    ApiConsumes('application/cloudevents+json', 'application/cloudevents-batch+json', 'application/json'),
    ApiBody({
      required: true,
      description:
        'A CloudEvent; an array of them in batch mode; the payload alone in binary mode, with the attributes as `ce-` headers.',
      schema: { $ref: '#/components/schemas/CloudEvent' },
    }),
    ApiResponse({
      status: 201,
      description: 'Recorded',
      headers: { ...headers, Location: { schema: { type: 'string' } } },
      content: json('Recorded'),
    }),
    ApiResponse({
      status: 200,
      description:
        'A repeat (`duplicate`, the first outcome is given), a check that passed (`valid`), or the outcomes of a batch',
      headers,
      content: {
        'application/json': {
          schema: {
            oneOf: [
              { $ref: '#/components/schemas/Recorded' },
              { $ref: '#/components/schemas/BatchRecorded' },
            ],
          },
        },
      },
    }),
    ApiProblems(),
  );
