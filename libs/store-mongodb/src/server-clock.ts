import type { MongoConnection } from './connection.js';

/** The offset to the server's clock is measured again after so long. */
const MEASURED_FOR_MS = 60_000;

/** How far the server's clock is ahead of this one: milliseconds, to about half a round trip. */
export async function measureSkewMs(mongo: MongoConnection): Promise<number> {
  return mongo.run(async () => {
    const sentMs = Date.now();
    const { localTime } = (await mongo.db.command({ hello: 1 })) as { readonly localTime?: Date };
    const receivedMs = Date.now();
    return localTime === undefined ? 0 : Math.round(localTime.getTime() - (sentMs + receivedMs) / 2);
  });
}

/**
 * The server's clock, so that processes whose own clocks are apart agree on when a lease ends. Nothing but how soon a lease
 * can be taken over hangs on it: who may write is decided by tokens.
 * @returns milliseconds since the Unix epoch
 */
export function serverClock(mongo: MongoConnection): () => Promise<number> {
  let skewMs = 0;
  let measuredAtMs = Number.NEGATIVE_INFINITY;
  return async () => {
    if (performance.now() - measuredAtMs > MEASURED_FOR_MS) {
      skewMs = await measureSkewMs(mongo);
      measuredAtMs = performance.now();
    }
    return Date.now() + skewMs;
  };
}
