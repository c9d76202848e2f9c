import type { OpenAPIObject } from '@nestjs/swagger';

const ref = (name: string): { readonly $ref: string } => ({ $ref: `#/components/schemas/${name}` });

/** The ingest stands on Fastify itself (see ingest.plugin.ts), so its part of the document is written by hand. */
export const INGEST_PATH: OpenAPIObject['paths'] = {
  '/v1/events/ingest': {
    post: {
      operationId: 'ingest_run',
      summary: 'Records a stream of touchpoints, one a line, of any length',
      description:
        'Answers while it reads: one line for every line, in order, and a summary at the end whose counts add up. A bad line never loses the good ones. Sending the same stream again is safe. Read the answer while you send, or ask for `answers=rejected`: an answer that nobody reads holds the stream back.',
      tags: ['events'],
      parameters: [
        { name: 'Rapport-Tenant', in: 'header', required: false, schema: { type: 'string' } },
        { name: 'tenant', in: 'query', required: false, schema: { type: 'string' } },
        {
          name: 'answers',
          in: 'query',
          required: false,
          description: '`rejected` leaves out the lines of recorded and repeated touchpoints',
          schema: { type: 'string', enum: ['all', 'rejected'], default: 'all' },
        },
      ],
      requestBody: { required: true, content: { 'application/x-ndjson': { schema: ref('CloudEvent') } } },
      responses: {
        200: {
          description: 'One answer a line',
          content: { 'application/x-ndjson': { schema: ref('IngestLine') } },
        },
        default: {
          description: 'A problem (RFC 9457)',
          content: { 'application/problem+json': { schema: ref('Problem') } },
        },
      },
    },
  },
};
