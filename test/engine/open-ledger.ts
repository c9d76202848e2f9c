import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Analysis, JsonObject, Kinds, View } from '@rapport/kernel';
import {
  eventSealer,
  openLedger,
  Projector,
  RunningProjection,
  type EventStore,
  type OpenLedger,
} from '@rapport/ledger';
import { sqliteEventStore, sqliteViewStore } from '@rapport/store-sqlite';
import { kinds } from '@rapport/touchpoints';
import { analyses, views } from '@rapport/views';
import { unsignedLog } from './unsigned-log.js';

export interface EngineOptions {
  readonly kinds?: Kinds;
  readonly views?: readonly View[];
  readonly analyses?: readonly Analysis[];
  readonly now?: () => number;
  /** Stands between the engine and its store: to see or delay what passes. */
  readonly around?: (events: EventStore) => EventStore;
}

/** A ledger on real files of its own, with its projector in this thread. */
export interface Engine {
  readonly ledger: OpenLedger;
  readonly failures: unknown[];
  /** Waits until the views reflect everything recorded. */
  settled(): Promise<void>;
  /** Closes the ledger and opens it again, perhaps with other kinds or views. */
  reopen(options?: EngineOptions): Promise<void>;
  close(): Promise<void>;
}

export async function openEngine(options: EngineOptions = {}): Promise<Engine> {
  const folder = mkdtempSync(join(tmpdir(), 'rapport-engine-'));
  const failures: unknown[] = [];
  let ledger = await open(folder, options, failures);
  return {
    get ledger() {
      return ledger;
    },
    failures,
    async settled() {
      await ledger.waitFor((await ledger.head()).position, 20_000);
    },
    async reopen(again = options) {
      await ledger.close();
      ledger = await open(folder, again, failures);
    },
    async close() {
      await ledger.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function open(folder: string, options: EngineOptions, failures: unknown[]): Promise<OpenLedger> {
  const registry = options.views ?? views;
  const now = options.now ?? Date.now;
  const stored = sqliteEventStore({ file: join(folder, 'ledger.db'), tenant: 'main', sealer: eventSealer });
  const events = options.around?.(stored) ?? stored;
  const viewStore = sqliteViewStore({ file: join(folder, 'views.db') });
  const projector = new Projector({
    events,
    views: viewStore,
    registry,
    kinds: options.kinds ?? kinds,
    owner: 'spec',
    now,
  });
  const projection = new RunningProjection(projector, await projector.open(), (error) =>
    failures.push(error),
  );
  return openLedger({
    tenant: 'main',
    events,
    viewStore,
    kinds: options.kinds ?? kinds,
    views: registry,
    analyses: options.analyses ?? analyses,
    projection,
    log: unsignedLog(join(folder, 'ledger.db')),
    writable: true,
    now,
  });
}

/** A CloudEvent of the example of a kind. */
export function touchpoint(
  name: string,
  id: string,
  more: Readonly<Record<string, unknown>> = {},
): JsonObject {
  const kind = kinds.all.find((one) => one.name === name);
  if (kind === undefined) throw new Error(`there is no kind ${name}`);
  const { channel, direction, episode, data } = kind.example;
  return {
    specversion: '1.0',
    id,
    source: 'urn:shop',
    type: kind.type,
    subject: 'relationship/c-1',
    time: '2026-01-10T12:00:00.000Z',
    ...(channel === undefined ? {} : { channel }),
    ...(direction === undefined ? {} : { direction }),
    ...(episode === undefined ? {} : { episode }),
    data,
    ...more,
  } as JsonObject;
}
