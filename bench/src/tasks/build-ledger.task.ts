// Records generated touchpoints in the data folder and brings the views up to date, as the server does.
import { openEmbedded } from '@rapport/profiles';
import type { JsonObject } from '@rapport/kernel';
import type { Ledger } from '@rapport/ledger';
import { touchpoints } from '../ledger/touchpoints.js';
import { answer, input, timed } from './answer.js';

/** As many as an ingest over HTTP records at once. */
const BATCH_SIZE = 512;
const CATCH_UP_MS_MAX = 30 * 60_000;

const { dataDir, events, warmUp } = input<{ dataDir: string; events: number; warmUp: number }>();
const rapport = await openEmbedded({ dataDir, projector: 'thread' });
if (warmUp > 0) await build(await rapport.ledger('warm_up'), warmUp);
const ledger = await rapport.ledger('main');
const ms = await timed(() => build(ledger, events));
await rapport.close();
answer({ ms });

async function build(into: Ledger, count: number): Promise<void> {
  let batch: JsonObject[] = [];
  for (const touchpoint of touchpoints(count)) {
    batch.push(touchpoint);
    if (batch.length < BATCH_SIZE) continue;
    await record(into, batch);
    batch = [];
  }
  await record(into, batch);
  const { position } = await into.head();
  await into.waitFor(position, CATCH_UP_MS_MAX);
}

async function record(into: Ledger, batch: readonly JsonObject[]): Promise<void> {
  for (const outcome of await into.record(batch)) {
    if (outcome.status === 'rejected')
      throw new Error(
        `a generated touchpoint was rejected: ${outcome.rejection.code} ${outcome.rejection.message}`,
      );
  }
}
