import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';
import ts from 'typescript';
import { kinds } from '@rapport/profiles';
import { startRapport, type StartedRapport } from './start-rapport.js';
import { ask, at, type Body } from './talk.js';

describe('/openapi.json', () => {
  let rapport: StartedRapport;
  let text: string;
  let document: Body;
  beforeAll(async () => {
    rapport = await startRapport();
    ({ text, body: document } = await ask(`${rapport.url}/openapi.json`));
  });
  afterAll(() => rapport.close());

  it('is a valid OpenAPI 3.1 document', async () => {
    expect(document['openapi']).toMatch(/^3\.1\./);
    const config = await createConfig({
      extends: ['minimal'],
      rules: {
        struct: 'error',
        'no-unresolved-refs': 'error',
        'operation-operationId-unique': 'error',
        'path-parameters-defined': 'error',
        'no-identical-paths': 'error',
        'spec-components-invalid-map-name': 'error',
      },
    });
    const problems = await lintFromString({ source: text, config, absoluteRef: 'openapi.json' });
    expect(
      problems
        .filter(({ severity }) => severity === 'error')
        .map(({ message, location }) => `${location[0]?.pointer}: ${message}`),
    ).toEqual([]);
  });

  it('has every kind, its events told apart by type', () => {
    const schemas = at(document, 'components', 'schemas');
    for (const kind of kinds.all) {
      const reference = `#/components/schemas/${kind.name}V${kind.version}Event`;
      expect(at(schemas, 'CloudEvent', 'discriminator', 'mapping', kind.type)).toBe(reference);
      expect(at(schemas, `${kind.name}V${kind.version}`)).toMatchObject({ description: kind.description });
    }
  });

  it('describes every route that answers', () => {
    const routes = Object.entries(document['paths'] as Record<string, object>).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(routes.sort()).toMatchSnapshot();
  });

  it('gives types that compile, and that know a kind by its type', async () => {
    const types = astToString(await openapiTS(JSON.parse(text) as OpenAPI3));
    const client = `
      import type { components, paths } from './types.js';
      type Event = components['schemas']['CloudEvent'];
      export const sale: Event = { specversion: '1.0', id: '1', source: 'urn:x', subject: 'relationship/c-1', time: '2026-01-01T00:00:00Z', type: 'rapport.sale.SaleCompleted.v1',
        data: { lines: [{ sku: 'P-1', quantity: 1, unitPrice: { amountMinor: 1, currency: 'EUR' } }], origin: 'organic' } };
      // @ts-expect-error a sale has no topic
      export const wrong: Event = { ...sale, type: 'rapport.sale.SaleCompleted.v1', data: { topic: 'x' } };
      export type Feed = paths['/v1/events']['get']['responses']['200']['content']['application/json'];
      export const next = (feed: Feed): string => feed.next;
    `;
    expect(diagnosticsOf({ 'types.ts': types, 'client.ts': client })).toEqual([]);
  });
});

/** What the TypeScript compiler says of files that stand in memory alone. */
function diagnosticsOf(files: Readonly<Record<string, string>>): string[] {
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const disk = ts.createCompilerHost(options);
  const inMemory = (path: string): string | undefined => files[path.slice(path.lastIndexOf('/') + 1)];
  host.fileExists = (path) => inMemory(path) !== undefined || disk.fileExists(path);
  host.readFile = (path) => inMemory(path) ?? disk.readFile(path);
  host.getSourceFile = (path, languageVersion) => {
    const text = inMemory(path);
    return text === undefined
      ? disk.getSourceFile(path, languageVersion)
      : ts.createSourceFile(path, text, languageVersion);
  };
  const program = ts.createProgram(Object.keys(files), options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}
