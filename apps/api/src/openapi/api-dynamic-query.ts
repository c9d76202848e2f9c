import { applyDecorators, type Type } from '@nestjs/common';
import { ApiQuery } from './documented.js';

/** Documents the query of a route whose further parameters are named by data. */
export const ApiDynamicQuery = (known: Type<object>, others: string): MethodDecorator =>
  applyDecorators(
    ApiQuery({ type: known }),
    ApiQuery({
      name: 'fields',
      required: false,
      description: others,
      style: 'form',
      explode: true,
      schema: { type: 'object', additionalProperties: { type: 'string' } },
    }),
  );
