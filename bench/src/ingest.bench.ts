import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { JsonObject } from '@rapport/kernel';
import { touchpoints, withoutPersonal } from './ledger/touchpoints.js';
import type { Bench } from './runner/bench.js';
import { median } from './runner/statistics.js';
import { runTask, serve } from './runner/task.js';

const EVENTS = 200_000;
/** As many events as the server records together. */
const BATCH_SIZE = 512;
const TIMEOUT_MS = 10 * 60_000;

/**
 * What stands between the lines and the disk: HTTP, strict parsing, validation, decisions, identities, leaves. Nothing in
 * these touchpoints is personal; what it costs to seal what is, in nearly half of them, is told beside it.
 */
export const ingest: Bench = {
  name: 'ingest',
  measures:
    'NDJSON over HTTP until durable, against a bulk insert of the same rows (WAL, synchronous=FULL, same schema and batches)',
  run: async ({ events = EVENTS, rounds = 3 }, fixtures) => {
    const folder = fixtures.folder('ingest-lines');
    const [plain, personal] = [join(folder, 'plain.ndjson'), join(folder, 'personal.ndjson')];
    await pipeline(Readable.from(lines(events, withoutPersonal)), createWriteStream(plain));
    await pipeline(Readable.from(lines(events, (touchpoint) => touchpoint)), createWriteStream(personal));
    const ingested: number[] = [];
    const sealed: number[] = [];
    const inserted: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const dataDir = fixtures.folder('ingest');
      ingested.push(await perSecondOf(plain, dataDir, events));
      const floor = await runTask<{ readonly ms: number; readonly events: number }>(
        'bulk-insert',
        {
          from: join(dataDir, 'main', 'ledger.db'),
          into: fixtures.folder('ingest-floor'),
          batchSize: BATCH_SIZE,
        },
        TIMEOUT_MS,
      );
      inserted.push((floor.events * 1_000) / floor.ms);
      sealed.push(await perSecondOf(personal, fixtures.folder('ingest'), events));
    }
    return [
      {
        name: 'ingest',
        unit: 'ratio',
        value: median(ingested.map((perSecond, round) => perSecond / (inserted[round] ?? Number.NaN))),
        must: { atLeast: 0.4 },
        goal: { atLeast: 0.6 },
        detail: {
          'ingested events/s': median(ingested),
          'inserted events/s': median(inserted),
          'ingested events/s, 45 % with personal values': median(sealed),
          'batch size': BATCH_SIZE,
          events,
          rounds,
        },
      },
    ];
  },
};

async function perSecondOf(file: string, dataDir: string, events: number): Promise<number> {
  const server = await serve(dataDir);
  try {
    const { ms, recorded } = await runTask<{ readonly ms: number; readonly recorded: number }>(
      'ingest-client',
      { url: `${server.url}/v1/events/ingest`, file },
      TIMEOUT_MS,
    );
    if (recorded !== events)
      throw new Error(`${recorded} of ${events} touchpoints were recorded: the figure would mean nothing`);
    return (events * 1_000) / ms;
  } finally {
    await server.stop();
  }
}

function* lines(count: number, of: (touchpoint: JsonObject) => JsonObject): Generator<string> {
  let text = '';
  for (const touchpoint of touchpoints(count)) {
    text += `${JSON.stringify(of(touchpoint))}\n`;
    if (text.length < 65_536) continue;
    yield text;
    text = '';
  }
  yield text;
}
