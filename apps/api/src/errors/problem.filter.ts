import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { RapportError, reject, type Rejection } from '@rapport/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeError, type Log } from '../server/log.js';
import { jsonText } from '../server/json-text.js';
import { PROBLEM_MEDIA_TYPE, problemOf, RETRY_AFTER_SECONDS, type Problem } from './problem.js';
import { rejectionOfError } from './rejection-of-error.js';

/** Answers every error as problem+json, whoever threw it: handlers, pipes, the router, the body parsers. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Log) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    if (reply.sent || reply.raw.headersSent) {
      reply.raw.destroy(); // an answer that breaks off must not look whole
      return;
    }
    const request = http.getRequest<FastifyRequest>();
    const problem = this.problem(error, request);
    if (problem.status !== TOO_LARGE) sendProblem(reply, problem);
    else void untilSent(request.raw).then(() => sendProblem(reply, problem));
  }

  private problem(error: unknown, request: FastifyRequest): Problem {
    const rejection = rejectionOfError(error);
    if (error instanceof RapportError && error.cause !== undefined) {
      this.log({ level: 'warn', event: 'incident', requestId: request.id, ...describeError(error) });
    }
    if (rejection !== undefined) return problemOf(rejection, `urn:rapport:request:${request.id}`);
    const incident = randomUUID();
    this.log({ level: 'error', event: 'incident', requestId: request.id, incident, ...describeError(error) });
    return problemOf(INTERNAL, `urn:rapport:incident:${incident}`);
  }
}

const TOO_LARGE = 413;
/** How long somebody who sends too much may go on before the connection is closed. */
const SENDING_MS_MAX = 2_000;

/** Lets the rest of a request go by: who is cut off while sending never reads why. */
async function untilSent(request: IncomingMessage): Promise<void> {
  const bound = new AbortController();
  const { signal } = bound;
  request.resume();
  await Promise.race([
    request.complete || once(request, 'end', { signal }),
    once(request, 'close', { signal }),
    sleep(SENDING_MS_MAX, undefined, { signal }),
  ]).catch(() => undefined); // a connection that broke is nobody's any more
  bound.abort();
}

const INTERNAL: Rejection = reject(
  'INTERNAL',
  'Rapport failed, not the request: look for the incident in the log of the server, and report it.',
).rejection;

/** Sends a problem with the headers that go with its status. */
export function sendProblem(reply: FastifyReply, problem: Problem): void {
  if (problem.status === 503) void reply.header('Retry-After', String(RETRY_AFTER_SECONDS));
  void reply.status(problem.status).type(PROBLEM_MEDIA_TYPE).send(jsonText(problem));
}

/** Answers a request with a rejection. */
export const sendRejection = (request: FastifyRequest, reply: FastifyReply, rejection: Rejection): void =>
  sendProblem(reply, problemOf(rejection, `urn:rapport:request:${request.id}`));
