import { Controller, Post, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { RapportError } from '@rapport/kernel';
import type { Ledger } from '@rapport/ledger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendRejection } from '../errors/problem.filter.js';
import { tenantOf } from '../requests/tenant-of.js';
import { ServerContext } from '../server/server-context.js';
import { ApiRecord } from './record.openapi.js';
import { readTouchpoints } from './content-mode.js';
import { NOTHING_PROVEN, waitForProof, type Proven, type Wait } from './wait-for-proof.js';
import { RecordTouchpoints, type TouchpointOutcome } from './record-touchpoints.command.js';

const JSON_TYPE = 'application/json; charset=utf-8';

/** Records touchpoints sent one by one or in batches. */
@Controller('v1/events')
export class RecordController {
  constructor(
    private readonly commands: CommandBus,
    private readonly context: ServerContext,
  ) {}

  // The reply is written by hand: this is the path that services wait on.
  @Post()
  @ApiRecord()
  async record(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { tenant, validateOnly, wait } = readQuery(request.query);
    const { settings, tenants, metrics } = this.context;
    const received = readTouchpoints(request, settings.limits.batchEventsMax);
    if (!received.ok) {
      metrics.countOutcomes({ recorded: 0, duplicate: 0, rejected: 1 });
      return sendRejection(request, reply, received.rejection);
    }
    const name = tenantOf(request, tenant, settings.defaultTenant);
    const ledger =
      tenants.inUse(name) ?? (await (validateOnly ? tenants.existing(name) : tenants.forRecording(name)));
    const { mode, touchpoints } = received.value;
    const outcomes = await this.commands.execute(new RecordTouchpoints(ledger, touchpoints, validateOnly));
    const counts = countOutcomes(outcomes);
    metrics.countOutcomes(counts);
    const proven = wait === undefined ? NOTHING_PROVEN : await waitForProof(ledger, outcomes, wait);
    if (mode === 'batch') return this.answerBatch(reply, outcomes, counts, proven);
    const [outcome] = outcomes;
    if (outcome === undefined) throw new RapportError('INTERNAL', 'The ledger gave no outcome.');
    if (outcome.status === 'rejected') return sendRejection(request, reply, outcome.rejection);
    this.answerSingle(reply, outcome, ledger, proven);
  }

  private answerSingle(
    reply: FastifyReply,
    outcome: Exclude<TouchpointOutcome, { status: 'rejected' }>,
    ledger: Ledger,
    proven: Proven,
  ): void {
    if (outcome.status === 'valid') {
      void reply.status(200).header('Content-Type', JSON_TYPE).send('{"status":"valid"}');
      return;
    }
    const position = outcome.position.toString();
    const { status, eventId, id, source, subject, revision } = outcome;
    const query =
      ledger.tenant === this.context.settings.defaultTenant
        ? ''
        : `?tenant=${encodeURIComponent(ledger.tenant)}`;
    void reply
      .status(status === 'recorded' ? 201 : 200)
      .header('Content-Type', JSON_TYPE)
      .header('Rapport-Position', position)
      .header('Location', `/v1/events/${position}${query}`)
      .send(
        JSON.stringify({
          status,
          eventId,
          id,
          source,
          subject,
          position,
          revision,
          ...proven(outcome.position),
        }),
      );
  }

  private answerBatch(
    reply: FastifyReply,
    outcomes: readonly TouchpointOutcome[],
    counts: Counts,
    proven: Proven,
  ): void {
    let last = 0n;
    const shown = outcomes.map((outcome, index) => {
      if (outcome.status === 'valid') return { index, status: outcome.status };
      if (outcome.status === 'rejected') {
        const { code, message, pointer } = outcome.rejection;
        return {
          index,
          status: outcome.status,
          code,
          message,
          ...(pointer === undefined ? {} : { pointer }),
        };
      }
      if (outcome.position > last) last = outcome.position;
      const { status, eventId, id, source, subject, revision } = outcome;
      const position = outcome.position.toString();
      return { index, status, eventId, id, source, subject, position, revision, ...proven(outcome.position) };
    });
    void reply.status(200).header('Content-Type', JSON_TYPE);
    if (last > 0n) void reply.header('Rapport-Position', last.toString());
    void reply.send(JSON.stringify({ ...counts, outcomes: shown }));
  }
}

interface Counts {
  readonly read: number;
  readonly recorded: number;
  readonly duplicate: number;
  readonly rejected: number;
  readonly valid?: number;
}

function countOutcomes(outcomes: readonly TouchpointOutcome[]): Counts {
  const counts = { recorded: 0, duplicate: 0, rejected: 0, valid: 0 };
  for (const { status } of outcomes) counts[status]++;
  const { valid, ...recorded } = counts;
  return { read: outcomes.length, ...recorded, ...(valid > 0 ? { valid } : {}) };
}

interface RecordQuery {
  readonly tenant: string | undefined;
  readonly validateOnly: boolean;
  readonly wait: Wait | undefined;
}

/** Three parameters only, read without a class: the same few steps whether a touchpoint is recorded or just checked. */
function readQuery(query: unknown): RecordQuery {
  let tenant: string | undefined;
  let validateOnly = false;
  let wait: Wait | undefined;
  for (const [name, value] of Object.entries(query as Record<string, unknown>)) {
    if (name === 'tenant' && typeof value === 'string') tenant = value;
    else if (name === 'validate' && (value === 'true' || value === 'false')) validateOnly = value === 'true';
    else if (name === 'wait' && (value === 'sealed' || value === 'published')) wait = value;
    else if (name !== 'wait' || value !== 'recorded') throw unknownParameter(name);
  }
  return { tenant, validateOnly, wait };
}

const unknownParameter = (name: string): RapportError =>
  new RapportError(
    'INVALID_QUERY',
    `Recording takes \`tenant\`, \`validate\` (true or false) and \`wait\` (recorded, sealed or published), not ${name.slice(0, 60)} with this value.`,
    {
      facts: { parameters: name.slice(0, 60) },
    },
  );
