import { connectionTo } from './connection.js';
import { Reader } from './reader.js';

const TIMES = { silenceMsMax: 5_000, giveUpMs: 20_000 } as const;

/**
 * Where the log of a server ends now, all tenants and its own records included: a tenant that begins later has nothing
 * before it.
 * @throws RapportError `STORE_UNAVAILABLE`, `INVALID_CONFIGURATION`
 * @example const beganAt = await eventStoreDbEnd('esdb://127.0.0.1:2113?tls=false');
 */
export async function eventStoreDbEnd(url: string): Promise<bigint> {
  const connection = connectionTo(url);
  try {
    return await new Reader(connection, '', TIMES).end();
  } finally {
    await connection.release();
  }
}
