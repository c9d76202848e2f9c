import type { FastifyRequest } from 'fastify';
import { jsonText } from '../server/json-text.js';

/** JSON texts, one a line. */
export const NDJSON = 'application/x-ndjson';

/** Whether a request asks for everything, one item a line. */
export const wantsLines = (request: FastifyRequest): boolean =>
  request.headers.accept?.includes(NDJSON) === true;

/** Items as lines of JSON. */
export async function* jsonLines(items: AsyncIterable<unknown>): AsyncGenerator<string> {
  for await (const item of items) yield `${jsonText(item)}\n`;
}
