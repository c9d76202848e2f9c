// The same appends, or the same catching up, through the store or through the client alone, on one server.
import { randomBytes, randomUUID } from 'node:crypto';
import { binaryEvent, EventStoreDBClient } from '@eventstore/db-client';
import { eventStoreDbStore } from '@rapport/store-eventstoredb';
import { touchpoints } from '../ledger/touchpoints.js';
import { answer, input } from './answer.js';

const APPENDS_PER_STREAM = 20;
const POOL_SIZE = 10_000;

/** What is measured of either side. */
interface Side {
  append(
    stream: string,
    revision: number,
    from: number,
    count: number,
  ): Promise<{ readonly position: bigint }>;
  /** Reads everything after a position; gives how many of the tenant's events there were. */
  readAfter(position: bigint): Promise<number>;
  close(): Promise<unknown>;
}

const asked = input<{
  side: 'rapport' | 'client';
  url: string;
  tenant: string;
  /** Appends for so long, unless it reads. */
  seconds: number;
  callers: number;
  batchSize: number;
  /** Reads what comes after this position instead of appending. */
  after?: string;
}>();
const pool = [...touchpoints(POOL_SIZE)].map((touchpoint) => ({
  type: touchpoint['type'] as string,
  body: JSON.stringify(touchpoint),
}));
const prefix = `${asked.tenant}.`;
const side = asked.side === 'rapport' ? rapport() : client();

if (asked.after === undefined) answer(await append());
else answer(await read(BigInt(asked.after)));
await side.close();

async function append(): Promise<unknown> {
  const { seconds, callers, batchSize } = asked;
  let events = 0;
  const first = await side.append(`campaign/${randomUUID()}`, -1, 0, 1); // opens the connection
  const startedAt = performance.now();
  const endAt = startedAt + seconds * 1_000;
  const call = async (): Promise<void> => {
    while (performance.now() < endAt) {
      const stream = `relationship/${randomUUID()}`;
      for (let at = 0; at < APPENDS_PER_STREAM && performance.now() < endAt; at++) {
        await side.append(stream, at * batchSize - 1, events, batchSize);
        events += batchSize;
      }
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
  return {
    perSecond: (events * 1_000) / (performance.now() - startedAt),
    events,
    after: String(first.position),
  };
}

async function read(after: bigint): Promise<unknown> {
  const startedAt = performance.now();
  const events = await side.readAfter(after);
  return { perSecond: (events * 1_000) / (performance.now() - startedAt), events };
}

function rapport(): Side {
  const store = eventStoreDbStore({ url: asked.url, tenant: asked.tenant });
  return {
    append: (stream, revision, from, count) =>
      store.append(
        stream,
        revision < 0 ? 'none' : revision,
        Array.from({ length: count }, (_none, index) => ({
          id: randomUUID(),
          recordedAtMs: Date.now(),
          ...pooled(from + index),
        })),
      ),
    readAfter: async (position) => {
      let events = 0;
      for await (const _event of store.readAll({ after: position })) events++;
      return events;
    },
    close: () => store.close(),
  };
}

/** The client alone, with events of the same bytes. */
function client(): Side {
  const events = EventStoreDBClient.connectionString(asked.url);
  return {
    append: async (stream, revision, from, count) => {
      const { position } = await events.appendToStream(
        `${prefix}${stream.replace('/', '-')}`,
        Array.from({ length: count }, (_none, index) => {
          const { type, body } = pooled(from + index);
          return binaryEvent({
            id: randomUUID(),
            type,
            data: Buffer.from(body),
            metadata: {
              id: randomUUID(),
              recordedAtMs: Date.now(),
              salt: randomBytes(32).toString('base64'),
            },
          });
        }),
        { expectedRevision: revision < 0 ? 'no_stream' : BigInt(revision) },
      );
      return { position: position?.commit ?? 0n };
    },
    readAfter: async (position) => {
      let count = 0;
      for await (const { event } of events.readAll({ fromPosition: { commit: position, prepare: position } }))
        if (event?.streamId.startsWith(prefix) === true && (event.position?.commit ?? 0n) > position) count++;
      return count;
    },
    close: () => events.dispose(),
  };
}

function pooled(index: number): { readonly type: string; readonly body: string } {
  const found = pool[index % POOL_SIZE];
  if (found === undefined) throw new RangeError('the pool of touchpoints is empty');
  return found;
}
