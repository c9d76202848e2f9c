import { Injectable } from '@nestjs/common';
import { parseBound, parsePosition, RapportError, valueOf, type Bounds } from '@rapport/kernel';
import type { Ledger } from '@rapport/ledger';
import type { FastifyRequest } from 'fastify';
import { ServerContext } from '../server/server-context.js';
import type { BoundedQuery, ReadQuery } from './read-query.js';
import { tenantOf } from './tenant-of.js';

/** What a read is answered from: the ledger of its tenant, and its bounds. */
export interface ReadScope {
  readonly ledger: Ledger;
  readonly bounds: Bounds;
}

/** Opens the scope of reads: finds the ledger, waits as far as asked, and resolves the bounds. */
@Injectable()
export class ReadScopes {
  constructor(private readonly context: ServerContext) {}

  /** The ledger that a request speaks to. @throws RapportError `TENANT_NOT_FOUND`, `INVALID_TENANT` */
  ledger(request: FastifyRequest, tenant: string | undefined): Promise<Ledger> {
    return this.context.tenants.existing(tenantOf(request, tenant, this.context.settings.defaultTenant));
  }

  /** @throws RapportError `WAIT_TIMEOUT`, `INVALID_TIME`, `INVALID_QUERY` */
  async open(request: FastifyRequest, query: ReadQuery & Partial<BoundedQuery>): Promise<ReadScope> {
    const ledger = await this.ledger(request, query.tenant);
    await this.wait(ledger, query);
    const asOf = query.asOf === undefined ? undefined : valueOf(parseBound(query.asOf, 'asOf'));
    const knownAt =
      query.knownAt === undefined ? undefined : await positionKnownAt(ledger, query.knownAt, 'knownAt');
    return { ledger, bounds: boundsOf(asOf, knownAt) };
  }

  private async wait(ledger: Ledger, query: ReadQuery): Promise<void> {
    if (query.waitFor === undefined) return;
    const { waitTimeoutMsDefault, waitTimeoutMsMax } = this.context.settings.limits;
    const timeoutMs = Math.min(query.waitTimeoutMs ?? waitTimeoutMsDefault, waitTimeoutMsMax);
    await ledger.waitFor(positionFrom(query.waitFor, 'waitFor'), timeoutMs);
  }
}

/** Bounds without absent members. */
export const boundsOf = (asOf: string | undefined, knownAt: bigint | undefined): Bounds => ({
  ...(asOf === undefined ? {} : { asOf }),
  ...(knownAt === undefined ? {} : { knownAt }),
});

/** Reads one bound in time, as `asOf` takes it. */
export const timeBound = (text: string | undefined, name: string): string | undefined =>
  text === undefined ? undefined : valueOf(parseBound(text, name));

/** What was known at a position, or at a time: the highest position recorded by then. */
export async function positionKnownAt(ledger: Ledger, text: string, name: string): Promise<bigint> {
  return parsePosition(text) === undefined
    ? ledger.positionAt(valueOf(parseBound(text, name)))
    : positionFrom(text, name);
}

const POSITION_MAX = 2n ** 63n - 1n;

/** Reads a position. @throws RapportError `INVALID_QUERY` */
export function positionFrom(text: string, name: string): bigint {
  const position = parsePosition(text);
  if (position === undefined || position > POSITION_MAX) {
    throw new RapportError(
      'INVALID_QUERY',
      `${name} must be a position: the decimal text that the ledger gave.`,
      { facts: { parameters: name } },
    );
  }
  return position;
}
