// Appends events of a ledger to an EventStoreDB: what each takes in its log. Positions there are bytes of the log, and the
// events of one append lie one behind the other, whoever else writes.
import { join } from 'node:path';
import { eventStoreDbStore } from '@rapport/store-eventstoredb';
import { sqliteEventStore } from '@rapport/store-sqlite';
import { answer, input } from './answer.js';

const EVENTS_PER_APPEND = 200;

const { dataDir, url, events, tenant } = input<{
  dataDir: string;
  url: string;
  events: number;
  tenant: string;
}>();
const ledger = sqliteEventStore({ file: join(dataDir, 'main', 'ledger.db'), tenant: 'main', readOnly: true });
const store = eventStoreDbStore({ url, tenant });
let [bytes, counted, appends] = [0n, 0, 0];
let batch: { id: string; type: string; body: string; recordedAtMs: number }[] = [];
for await (const { id, type, body, recordedAtMs } of ledger.readAll({ countMax: events })) {
  batch.push({ id, type, body, recordedAtMs });
  if (batch.length < EVENTS_PER_APPEND) continue;
  const { positions } = await store.append(`relationship/${appends++}`, 'none', batch);
  bytes += (positions.at(-1) ?? 0n) - (positions[0] ?? 0n);
  counted += positions.length - 1;
  batch = [];
}
await store.close();
await ledger.close();
answer(Number(bytes) / counted);
