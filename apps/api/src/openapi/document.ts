import type { INestApplication } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { kinds } from '@rapport/profiles';
import { ANSWER_SCHEMAS } from './answer-schemas.js';
import { documentMaker } from './documented.js';
import { INGEST_PATH } from './ingest-path.js';
import { kindSchemas, PROBLEM_SCHEMA } from './kind-schemas.js';

const TAGS: Readonly<Record<string, string>> = {
  events: 'Record touchpoints and read them back as they were recorded',
  parties: 'What is known of a party, what happened with it, how loyal it is',
  referrals: 'Who introduced whom',
  views: 'Projections: catalogue, health, documents and entries',
  analyses: 'Computations over a whole population',
  kinds: 'The kinds of touchpoints',
  operations: 'For those who run the server',
};

/** The OpenAPI 3.1 document: routes from the controllers, payloads from the registry of kinds. */
export async function openApiDocument(app: INestApplication): Promise<OpenAPIObject> {
  const { DocumentBuilder, SwaggerModule } = await documentMaker();
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.1')
    .setTitle('Rapport')
    .setDescription(
      'A relationship ledger: record touchpoints, read timelines, scores and graphs, each number open to the events behind it.',
    )
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/', 'This server');
  for (const [name, description] of Object.entries(TAGS)) builder.addTag(name, description);
  const document = SwaggerModule.createDocument(app, builder.build(), {
    operationIdFactory: (controller, method) =>
      `${controller.replace(/Controller$/, '').replace(/^./, (first) => first.toLowerCase())}_${method}`,
  });
  // Nest's types describe 3.0: schemas of 3.1 (JSON Schema 2020-12) have more, such as `const`.
  const generated: object = {
    schemas: {
      ...document.components?.schemas,
      ...ANSWER_SCHEMAS,
      ...kindSchemas(kinds.all),
      Problem: PROBLEM_SCHEMA,
    },
    headers: {
      'Rapport-Position': {
        description:
          'The position that the answer reflects; give it as `waitFor` to read what you have just written',
        schema: { type: 'string' },
      },
    },
  };
  return {
    ...document,
    paths: { ...document.paths, ...INGEST_PATH },
    components: { ...document.components, ...generated },
  };
}
