import { RapportError, reject, type Rejection } from '@rapport/kernel';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { rejectionOfError } from '../errors/rejection-of-error.js';
import { tenantOf } from '../requests/tenant-of.js';
import { describeError } from '../server/log.js';
import type { ServerContext } from '../server/server-context.js';
import { IngestSession, type AnswerSink } from './ingest-session.js';

/** The media type of lines of JSON. */
export const NDJSON = 'application/x-ndjson';

/** Answers are gathered to this size before they are written. */
const WRITE_LENGTH_MIN = 16_384;

/**
 * `POST /v1/events/ingest`: NDJSON in, NDJSON out.
 *
 * The route stands on Fastify itself, not in a Nest controller: the body must reach us as a stream of bytes, and the
 * answer begins while the body still arrives. Nest's pipeline (pipes, interceptors, one value as the answer) has no part
 * to play in that and would only stand between the socket and the ledger on the path that is measured.
 */
export function addIngestRoute(instance: FastifyInstance, context: ServerContext): void {
  instance.addContentTypeParser(
    [NDJSON, 'application/jsonl', 'application/ndjson'],
    (_request, payload, done) => done(null, payload),
  );
  instance.route({
    method: 'POST',
    url: '/v1/events/ingest',
    config: { isStreamed: true },
    bodyLimit: Number.MAX_SAFE_INTEGER,
    handler: (request, reply) => ingest(request, reply, context),
  });
}

async function ingest(request: FastifyRequest, reply: FastifyReply, context: ServerContext): Promise<void> {
  const { tenant, onlyRejected } = readQuery(request.query);
  if (Buffer.isBuffer(request.body) || request.body === undefined) {
    throw new RapportError(
      'UNSUPPORTED_MEDIA_TYPE',
      `Lines are taken as ${NDJSON}; single events and batches at /v1/events.`,
    );
  }
  const { settings, tenants, metrics } = context;
  const ledger = await tenants.forRecording(tenantOf(request, tenant, settings.defaultTenant));
  if (!ledger.writable) {
    throw new RapportError(
      'STORE_READ_ONLY',
      'This server reads only: send touchpoints to the one that holds the folder for writing.',
    );
  }
  reply.hijack();
  const response = reply.raw;
  response.writeHead(200, { 'Content-Type': `${NDJSON}; charset=utf-8` });
  response.flushHeaders();
  const sink = new ResponseSink(response);
  const session = new IngestSession({
    ledger,
    sink,
    onlyRejected,
    lineBytesMax: settings.limits.lineBytesMax,
    stopSignal: context.stopSignal,
    explain: (error) => explain(error, request, context),
  });
  try {
    // Breaking off must leave the connection open: the summary has still to go out on it.
    metrics.countOutcomes(await session.run(request.raw.iterator({ destroyOnReturn: false })));
    response.end();
    if (!request.raw.readableEnded) letRestPass(request.raw);
  } catch {
    response.destroy(); // the sender has gone: what it sent is recorded, and nobody reads the answer
  }
}

/** Takes in for a moment what a sender is still sending, so that it gets to read why nobody listens. */
function letRestPass(input: IncomingMessage): void {
  input.resume();
  setTimeout(() => input.destroy(), 5_000).unref();
}

function explain(error: unknown, request: FastifyRequest, context: ServerContext): Rejection {
  const rejection = rejectionOfError(error);
  if (rejection !== undefined) return rejection;
  const incident = randomUUID();
  context.settings.log({
    level: 'error',
    event: 'incident',
    requestId: request.id,
    incident,
    ...describeError(error),
  });
  return reject(
    'INTERNAL',
    `Rapport failed, not the lines: look for incident ${incident} in the log of the server.`,
  ).rejection;
}

/** Writes answers in pieces of some size, and waits when the reader is slower than we are. */
class ResponseSink implements AnswerSink {
  private text = '';

  constructor(private readonly response: ServerResponse) {}

  async write(text: string, isLast: boolean): Promise<void> {
    this.text += text;
    if (this.text === '' || (!isLast && this.text.length < WRITE_LENGTH_MIN)) return;
    const gathered = this.text;
    this.text = '';
    if (!this.response.write(gathered)) await drained(this.response);
  }
}

/** Resolves when the response takes more; throws when its connection is gone. */
export function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve, rejectDrain) => {
    const done = (): void => {
      response.off('drain', done).off('close', done);
      if (response.destroyed) rejectDrain(new Error('the connection is gone'));
      else resolve();
    };
    if (response.destroyed) return done();
    response.once('drain', done).once('close', done);
  });
}

interface IngestQuery {
  readonly tenant: string | undefined;
  readonly onlyRejected: boolean;
}

function readQuery(query: unknown): IngestQuery {
  let tenant: string | undefined;
  let onlyRejected = false;
  for (const [name, value] of Object.entries(query as Record<string, unknown>)) {
    if (name === 'tenant' && typeof value === 'string') tenant = value;
    else if (name === 'answers' && (value === 'all' || value === 'rejected'))
      onlyRejected = value === 'rejected';
    else {
      const parameters = name.slice(0, 60);
      throw new RapportError(
        'INVALID_QUERY',
        `Ingest takes \`tenant\` and \`answers\` (all or rejected), not ${parameters} with this value.`,
        { facts: { parameters } },
      );
    }
  }
  return { tenant, onlyRejected };
}
