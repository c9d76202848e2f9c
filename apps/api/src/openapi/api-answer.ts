import { applyDecorators } from '@nestjs/common';
import type { ANSWER_SCHEMAS } from './answer-schemas.js';
import { ApiDefaultResponse, ApiHeader, ApiResponse } from './documented.js';

/** A schema of {@link ANSWER_SCHEMAS}. */
export type AnswerName = keyof typeof ANSWER_SCHEMAS;

const refTo = (name: string): { readonly $ref: string } => ({ $ref: `#/components/schemas/${name}` });

/** Documents the answer of a route: its schema by name, its headers, and problems as the default. */
export function ApiAnswer(
  schema: AnswerName,
  description: string,
  more: { readonly status?: number; readonly ndjson?: AnswerName; readonly text?: string } = {},
): MethodDecorator {
  return applyDecorators(
    ApiTenantHeader(),
    ApiResponse({
      status: more.status ?? 200,
      description,
      headers: { 'Rapport-Position': { $ref: '#/components/headers/Rapport-Position' } },
      content: {
        'application/json': { schema: refTo(schema) },
        ...(more.ndjson === undefined ? {} : { 'application/x-ndjson': { schema: refTo(more.ndjson) } }),
        ...(more.text === undefined ? {} : { [more.text]: { schema: { type: 'string' } } }),
      },
    }),
    ApiProblems(),
  );
}

/** Documents that every error is a problem. */
export const ApiProblems = (): MethodDecorator & ClassDecorator =>
  ApiDefaultResponse({
    description: 'A problem (RFC 9457)',
    content: { 'application/problem+json': { schema: refTo('Problem') } },
  });

/** Documents the header that names the tenant. */
export const ApiTenantHeader = (): MethodDecorator & ClassDecorator =>
  ApiHeader({
    name: 'Rapport-Tenant',
    required: false,
    description: 'The tenant; `main` unless given.',
    schema: { type: 'string' },
  });
