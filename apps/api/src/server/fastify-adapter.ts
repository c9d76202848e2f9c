import compress from '@fastify/compress';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { reject } from '@rapport/kernel';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { PROBLEM_MEDIA_TYPE, problemOf } from '../errors/problem.js';
import { sendProblem } from '../errors/problem.filter.js';
import { rejectionOfError } from '../errors/rejection-of-error.js';
import { jsonText } from './json-text.js';
import { addRequestHooks } from './request-hooks.js';
import type { ServerContext } from './server-context.js';

/** Answers shorter than this are sent as they are. */
const COMPRESSION_BYTES_MIN = 1_024;

const MALFORMED = reject(
  'INVALID_REQUEST',
  'The request is not well-formed HTTP, or its headers are too large.',
).rejection;

/** Fastify as this server needs it: bounded, strict about what it parses, with one shape for every error. */
export function fastifyAdapter(context: ServerContext): FastifyAdapter {
  const { limits } = context.settings;
  return new FastifyAdapter({
    skipMiddie: true,
    multipart: false,
    logger: false,
    genReqId: () => randomUUID(),
    bodyLimit: limits.bodyBytesMax,
    connectionTimeout: limits.idleTimeoutMs,
    keepAliveTimeout: limits.idleTimeoutMs,
    requestTimeout: 0, // an ingest may last: other bodies have a time of their own (see request-hooks.ts)
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { maxParamLength: limits.pathPartLengthMax, caseSensitive: true },
    http: { maxHeaderSize: limits.headerBytesMax, headersTimeout: limits.headersTimeoutMs },
    clientErrorHandler: answerMalformed,
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      const rejection = rejectionOfError(error) ?? MALFORMED;
      sendProblem(reply, problemOf(rejection, `urn:rapport:request:${request.id}`));
    },
  });
}

/** What stands on Fastify itself, before Nest adds its routes. */
export async function prepareInstance(instance: FastifyInstance, context: ServerContext): Promise<void> {
  addRequestHooks(instance, context);
  instance.removeAllContentTypeParsers();
  // Bodies arrive as bytes: JSON is parsed strictly by the kernel, not by the framework.
  instance.addContentTypeParser(
    ['application/json', 'application/cloudevents+json', 'application/cloudevents-batch+json'],
    { parseAs: 'buffer' },
    (_request, body, done) => done(null, body),
  );
  instance.setReplySerializer((payload) => jsonText(payload));
  instance.addHook('preSerialization', (_request, reply, payload, done) => {
    if (!reply.hasHeader('Rapport-Position') && hasPosition(payload))
      void reply.header('Rapport-Position', payload.position.toString());
    done(null, payload);
  });
  instance.server.maxConnections = context.settings.limits.connectionsMax;
  await instance.register(compress, {
    globalCompression: true,
    globalDecompression: false,
    threshold: COMPRESSION_BYTES_MIN,
    encodings: ['gzip', 'identity'],
  });
}

const hasPosition = (payload: unknown): payload is { readonly position: bigint | string } =>
  typeof payload === 'object' &&
  payload !== null &&
  'position' in payload &&
  ['bigint', 'string'].includes(typeof payload.position);

/** Answers what is no HTTP request at all; there is no request object for it. */
function answerMalformed(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = problemOf(MALFORMED, `urn:rapport:request:${randomUUID()}`);
  const body = jsonText(problem);
  socket.end(
    `HTTP/1.1 ${problem.status} Bad Request\r\nContent-Type: ${PROBLEM_MEDIA_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
