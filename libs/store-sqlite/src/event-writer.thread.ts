import { parentPort, workerData } from 'node:worker_threads';
import type { SealerSource } from '@rapport/ledger';
import { openEvents } from './event-file.js';
import { serveWriter } from './event-writer-service.js';
import type { WriterThreadData } from './event-writer-thread.js';
import { EventWriter } from './event-writer.js';

const port = parentPort;
if (port === null) throw new Error('event-writer.thread runs as a worker thread only');
const { file, tenant, sealer } = workerData as WriterThreadData;
const exported = (await import(sealer.module)) as { readonly [name: string]: SealerSource };
const source = exported[sealer.name];
if (source === undefined) throw new Error(`${sealer.module} exports no ${sealer.name}`);
// Nothing else waits for this thread, so a group is committed as a whole however long it takes.
serveWriter(port, new EventWriter(openEvents(file, false), file, Infinity, source.of(tenant)));
