import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { RapportError, reject, type Rejection } from '@rapport/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
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
    sendProblem(reply, this.problem(error, http.getRequest<FastifyRequest>()));
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
