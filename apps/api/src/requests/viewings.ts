import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { RapportError } from '@rapport/kernel';
import type { Ledger } from '@rapport/ledger';
import { queries } from '@rapport/profiles';
import type { FastifyRequest } from 'fastify';
import { RecordTouchpoints } from '../events/record-touchpoints.command.js';
import { TextField } from './query-fields.js';

/** What for somebody looks: records the reading. */
export const PurposeField = (): PropertyDecorator =>
  TextField(
    'What for you look: the reading is recorded as an event (AuditorViewed). Goes with `actor`.',
    'yearly review',
  );

/** Who looks. */
export const ActorField = (): PropertyDecorator => TextField('Who looks.', 'auditor-1');

/** Records that somebody looks, before anything is answered. */
@Injectable()
export class Viewings {
  constructor(private readonly commands: CommandBus) {}

  /**
   * Records nothing without a purpose.
   * @throws RapportError `INVALID_QUERY`, `HOST_NOT_ALLOWED`, and what recording refuses
   */
  async record(
    request: FastifyRequest,
    ledger: Ledger,
    given: queries.ViewingGiven,
    what: Pick<queries.Viewing, 'key' | 'scope'>,
  ): Promise<void> {
    const touchpoint = queries.viewingTouchpoint(given, {
      ...what,
      id: randomUUID(),
      source: 'urn:rapport:http',
      time: new Date().toISOString(),
    });
    if (touchpoint === undefined) return;
    refuseOtherSites(request);
    const [outcome] = await this.commands.execute(new RecordTouchpoints(ledger, [touchpoint], false));
    if (outcome?.status === 'rejected') throw RapportError.from(outcome.rejection);
  }
}

/** A reading that is recorded is a GET that changes something: an image in a page of another site must not set it off. */
function refuseOtherSites(request: FastifyRequest): void {
  const site = request.headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return;
  throw new RapportError(
    'HOST_NOT_ALLOWED',
    'A page of another site cannot record a viewing here: use a program, or a page of this server.',
  );
}
