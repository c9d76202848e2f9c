import { AppendChannel } from './append-channel.js';
import { RapportError } from '@rapport/kernel';
import { connectionTo, type Connection } from './connection.js';
import { appendFailureOf, Interrupted, unavailable } from './failures.js';
import { Reader } from './reader.js';
import { within } from './within.js';

/** What a server says about itself. */
export interface EventStoreDbServer {
  /** Such as `24.2.0`; `unknown` for a server that does not tell. */
  readonly version: string;
  /** Whether this user may read the whole log, which the views need. */
  readonly isReadable: boolean;
  /** Whether this user may append. */
  readonly isWritable: boolean;
  /** How long the quickest of a few reads took: milliseconds. */
  readonly latencyMs: number;
}

const TRIES = 3;
/** No tenant has this name. */
const PROBE = '-probe.';

/**
 * Asks a server whether it is there and may be used. Writes nothing.
 * @param timeoutMs how long it may take altogether
 * @throws RapportError `STORE_UNAVAILABLE`, `INVALID_CONFIGURATION`
 * @example const { version, latencyMs } = await eventStoreDbServer('esdb://127.0.0.1:2113?tls=false', 3_000);
 */
export async function eventStoreDbServer(url: string, timeoutMs: number): Promise<EventStoreDbServer> {
  const connection = connectionTo(url);
  try {
    return await within(ask(connection, timeoutMs), timeoutMs);
  } catch (error) {
    throw error instanceof Interrupted ? unavailable('say whether it is there', error) : error;
  } finally {
    await connection.release();
  }
}

async function ask(connection: Connection, timeoutMs: number): Promise<EventStoreDbServer> {
  const version = await connection.version();
  const reader = new Reader(connection, PROBE, { silenceMsMax: timeoutMs, giveUpMs: timeoutMs });
  let latencyMs = Infinity;
  const isReadable = await isAllowed(async () => {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const askedAt = performance.now();
      await reader.end();
      latencyMs = Math.min(latencyMs, performance.now() - askedAt);
    }
  });
  const isWritable = await isAllowed(() => appendNothing(connection, timeoutMs));
  return { version, isReadable, isWritable, latencyMs };
}

/** An append that expects more of a stream than there is: refused for that when appends are allowed at all. */
async function appendNothing(connection: Connection, timeoutMs: number): Promise<void> {
  const channel = new AppendChannel(() => connection.appends());
  try {
    const answer = await channel.send(
      { streamName: PROBE, expected: Number.MAX_SAFE_INTEGER, events: NO_EVENTS },
      timeoutMs,
    );
    if (answer.kind === 'refused') throw appendFailureOf(answer.error, PROBE);
  } finally {
    channel.close();
  }
}

const NO_EVENTS = Buffer.alloc(0);

async function isAllowed(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof RapportError && error.code === 'STORE_READ_ONLY') return false;
    throw error;
  }
}
