import { Injectable } from '@nestjs/common';
import {
  parseBound,
  positionFrom,
  readBounds,
  valueOf,
  type Bounds,
  type BoundsNames,
} from '@rapport/kernel';
import type { Ledger } from '@rapport/ledger';
import type { FastifyRequest } from 'fastify';
import { ServerContext } from '../server/server-context.js';
import type { BoundedQuery, ReadQuery, TwoBoundsQuery } from './read-query.js';
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
    return { ledger, bounds: await readBounds(ledger, query) };
  }

  private async wait(ledger: Ledger, query: ReadQuery): Promise<void> {
    if (query.waitFor === undefined) return;
    const { waitTimeoutMsDefault, waitTimeoutMsMax } = this.context.settings.limits;
    const timeoutMs = Math.min(query.waitTimeoutMs ?? waitTimeoutMsDefault, waitTimeoutMsMax);
    await ledger.waitFor(positionFrom(query.waitFor, 'waitFor'), timeoutMs);
  }
}

/** Reads one bound in time, as `asOf` takes it. */
export const timeBound = (text: string | undefined, name: string): string | undefined =>
  text === undefined ? undefined : valueOf(parseBound(text, name));

/** Reads the two sets of bounds of a comparison. @throws RapportError `INVALID_TIME`, `INVALID_QUERY` */
export async function twoBoundsOf(
  ledger: Ledger,
  query: TwoBoundsQuery,
): Promise<{ readonly first: Bounds; readonly second: Bounds }> {
  const first = { asOf: query.firstAsOf, knownAt: query.firstKnownAt, treeSize: query.firstTreeSize };
  const second = { asOf: query.secondAsOf, knownAt: query.secondKnownAt, treeSize: query.secondTreeSize };
  return {
    first: await readBounds(ledger, first, namesOf('first')),
    second: await readBounds(ledger, second, namesOf('second')),
  };
}

const namesOf = (side: 'first' | 'second'): BoundsNames => ({
  asOf: `${side}AsOf`,
  knownAt: `${side}KnownAt`,
  treeSize: `${side}TreeSize`,
});
