import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { KeyFiller } from '@rapport/ledger';
import { sqliteEventStore, sqliteViewStore } from '@rapport/store-sqlite';
import { kinds } from '@rapport/touchpoints';
import { views } from '@rapport/views';
import type { FillAnswer, FillAsk, FillThreadData } from './fill-threads.js';
import { LEDGER_FILE, VIEWS_FILE } from './files.js';
import { failureOf, yieldToOthers } from './thread.js';

/** A copy that is filled in the order of its keys needs few of its pages again. */
const CACHE_KIBIBYTES = 16 * 1_024;

const port = parentPort;
if (port === null) throw new Error('fill.thread runs as a worker thread only');
yieldToOthers();

const { tenant, folder, turn } = workerData as FillThreadData;
const filler = new KeyFiller({
  events: sqliteEventStore({ file: join(folder, LEDGER_FILE), readOnly: true, tenant }),
  views: sqliteViewStore({ file: join(folder, VIEWS_FILE), turn, cacheKibibytes: CACHE_KIBIBYTES }),
  registry: views,
  kinds,
});
const say = (answer: FillAnswer): void => port.postMessage(answer);

let before: Promise<unknown> = Promise.resolve();

port.on('message', ({ call, request }: FillAsk) => {
  before = before
    .then(() => filler.fill(request))
    .then(
      (filled) => say({ call, filled }),
      (error: unknown) => say({ call, failure: failureOf(error) }),
    );
});
