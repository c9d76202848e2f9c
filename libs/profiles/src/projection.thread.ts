import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { RapportError } from '@rapport/kernel';
import {
  advanceMap,
  Projector,
  RunningProjection,
  type CompletenessMap,
  type EventAt,
  type EventStore,
  type ProofLog,
  type ViewStore,
} from '@rapport/ledger';
import { newTurn, sqliteEventStore, sqliteProofLog } from '@rapport/store-sqlite';
import { kinds } from '@rapport/touchpoints';
import { views } from '@rapport/views';
import { EMBEDDED_OWNER, openViewsForWriting } from './embedded.js';
import { LEDGER_FILE, MAP_FILE, VIEWS_FILE } from './files.js';
import { startFillThreads } from './fill-threads.js';
import type { Ask, Say } from './projection-messages.js';
import { openMapForWriting } from './prove/open-map.js';
import { reportFailure } from './report-failure.js';
import { failureOf, yieldToOthers } from './thread.js';

interface Open {
  readonly projection: RunningProjection;
  readonly events: EventStore;
  readonly views: ViewStore;
  readonly log: ProofLog;
  readonly map: CompletenessMap;
}

const port = parentPort;
if (port === null) throw new Error('projection.thread runs as a worker thread only');
yieldToOthers();

const open = new Map<string, Open>();
const aborts = new Map<number, AbortController>();
const say = (message: Say): void => port.postMessage(message);

port.on('message', (ask: Ask) => {
  if (ask.op === 'wake') open.get(ask.tenant)?.projection.wake(ask.isAwaited);
  else if (ask.op === 'abort') aborts.get(ask.call)?.abort();
  else void answer(ask);
});

async function answer(ask: Exclude<Ask, { op: 'wake' | 'abort' }>): Promise<void> {
  const { call } = ask;
  try {
    switch (ask.op) {
      case 'open':
        open.set(ask.tenant, await openTenant(ask.tenant, ask.folder));
        return say({ op: 'done', call });
      case 'rebuild': {
        const abort = new AbortController();
        aborts.set(call, abort);
        await tenant(ask.tenant).projection.rebuild(
          ask.names,
          (progress) => say({ op: 'progress', call, progress }),
          abort.signal,
        );
        return say({ op: 'done', call });
      }
      case 'retry':
        return say({
          op: 'done',
          call,
          parked: await tenant(ask.tenant).projection.retry(ask.view, ask.key),
        });
      case 'map': {
        const { log, map, events } = tenant(ask.tenant);
        const abort = new AbortController();
        aborts.set(call, abort);
        await advanceMap({ log, map, kinds, eventAt: eventAtIn(events) }, undefined, abort.signal);
        return say({ op: 'done', call });
      }
      case 'close': {
        const closing = tenant(ask.tenant);
        open.delete(ask.tenant);
        await closing.projection.close();
        await closing.views.close();
        await closing.events.close();
        await closing.map.close();
        await closing.log.close();
        return say({ op: 'done', call });
      }
    }
  } catch (error) {
    say({ op: 'failed', call, ...failureOf(error) });
  } finally {
    aborts.delete(call);
  }
}

async function openTenant(name: string, folder: string): Promise<Open> {
  const events = sqliteEventStore({ file: join(folder, LEDGER_FILE), readOnly: true, tenant: name });
  const turn = newTurn();
  const viewStore = await openViewsForWriting(join(folder, VIEWS_FILE), turn);
  const projector = new Projector({
    events,
    views: viewStore,
    registry: views,
    kinds,
    owner: EMBEDDED_OWNER,
    startFillers: () => startFillThreads({ tenant: name, folder, turn }),
    now: Date.now,
  });
  const projection = new RunningProjection(projector, await projector.open(), reportFailure);
  projection.onMoved((position) => say({ op: 'moved', tenant: name, position }));
  return {
    projection,
    events,
    views: viewStore,
    log: sqliteProofLog(join(folder, LEDGER_FILE)),
    map: await openMapForWriting(join(folder, MAP_FILE)),
  };
}

const eventAtIn =
  (events: EventStore): EventAt =>
  async (stream, revision) => {
    const read = await events.readStream(stream, { from: revision, countMax: 1 });
    for await (const event of read.events) return event;
    return undefined;
  };

function tenant(name: string): Open {
  const found = open.get(name);
  if (found === undefined) throw new RapportError('TENANT_NOT_FOUND', `The tenant ${name} is not open.`);
  return found;
}
