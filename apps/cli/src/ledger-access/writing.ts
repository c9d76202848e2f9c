import { RapportError, type ErrorCode, type JsonObject } from '@rapport/kernel';
import { placeOf } from '@rapport/profiles';
import type { Invocation } from '../invocation.js';
import { configurationFor, holderFor, opened, type Opening } from './opening.js';

/** What became of one touchpoint. */
export type Written =
  | {
      readonly status: 'recorded' | 'duplicate';
      readonly subject: string;
      readonly id: string;
      readonly position: string;
      readonly revision: number;
    }
  | { readonly status: 'rejected'; readonly code: ErrorCode; readonly message: string };

/** Records touchpoints, whoever holds the ledger. */
export interface Writer {
  /** The server or folder that takes them, for messages. */
  readonly where: string;
  readonly record: (touchpoints: readonly JsonObject[]) => Promise<readonly Written[]>;
  /** Waits until the views reflect what was recorded. */
  readonly settle: (onWait?: (lagEvents: number) => void) => Promise<void>;
  readonly close: () => Promise<void>;
}

const SETTLE_POLL_MS = 1_000;
const SETTLE_MS_MAX = 10 * 60_000;

/**
 * Opens the tenant for writing: through the server that holds the folder, or the ledger itself when nobody does.
 * @param options.isLong keeps the views up in a thread of their own, so that a long import uses two cores
 * @throws RapportError `LEDGER_IN_USE` when another command holds it
 */
export async function openWriter(
  invocation: Opening & Pick<Invocation, 'tenant'>,
  options: { readonly isLong?: boolean } = {},
): Promise<Writer> {
  const { dataDir, tenant } = invocation;
  const holder = await holderFor(invocation);
  if (holder?.url !== undefined) return serverWriter(holder.url, tenant);
  if (holder !== undefined) {
    throw new RapportError(
      'LEDGER_IN_USE',
      `Process ${holder.pid} holds ${dataDir} since ${holder.since}: wait until it is done, then run this again.`,
    );
  }
  return ledgerWriter(invocation, tenant, options.isLong === true ? 'import' : 'write');
}

async function ledgerWriter(opening: Opening, tenant: string, use: 'import' | 'write'): Promise<Writer> {
  const rapport = await opened(opening, use);
  const ledger = await rapport.ledger(tenant);
  return {
    where: placeOf(configurationFor(opening)),
    record: async (touchpoints) =>
      (await ledger.record(touchpoints)).map((outcome) =>
        outcome.status === 'rejected'
          ? rejected(outcome.rejection)
          : { ...outcome, position: outcome.position.toString() },
      ),
    settle: async (onWait) => {
      const { position } = await ledger.head();
      const startedMs = performance.now();
      for (;;) {
        try {
          await ledger.waitFor(position, SETTLE_POLL_MS);
          return;
        } catch (error) {
          if (
            !(error instanceof RapportError) ||
            error.code !== 'WAIT_TIMEOUT' ||
            performance.now() - startedMs > SETTLE_MS_MAX
          )
            throw error;
          onWait?.(Math.max(0, ...(await ledger.health()).map(({ lagEvents }) => lagEvents)));
        }
      }
    },
    close: () => rapport.close(),
  };
}

async function serverWriter(url: string, tenant: string): Promise<Writer> {
  const { rapportClient } = await import('@rapport/client');
  const client = rapportClient({ url, tenant, source: 'urn:rapport:cli', giveUpAfterMs: 30_000 });
  return {
    where: url,
    record: async (touchpoints) =>
      (await client.recordCloudEvents(touchpoints)).map((outcome) =>
        outcome.status === 'rejected' ? rejected(outcome.rejection) : outcome,
      ),
    settle: () => client.settle(SETTLE_MS_MAX),
    close: () => Promise.resolve(),
  };
}

const rejected = ({ code, message }: { readonly code: ErrorCode; readonly message: string }): Written => ({
  status: 'rejected',
  code,
  message,
});
