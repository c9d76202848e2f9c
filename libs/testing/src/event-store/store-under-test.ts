import { randomUUID } from 'node:crypto';
import { afterEach, expect } from '@jest/globals';
import { RapportError, type ErrorCode } from '@rapport/kernel';
import type { EventStore, EventToAppend, StoredEvent } from '@rapport/ledger';

/** A store with what a spec may do to it from outside. */
export interface EventStoreUnderTest {
  readonly store: EventStore;
  /** Closes the store and opens it again, as a restart would. */
  readonly reopen: () => Promise<EventStore>;
  /** Closes it and removes what it left. */
  readonly dispose: () => Promise<void>;
}

/** Makes a new, empty store. */
export type EventStoreFactory = () => Promise<EventStoreUnderTest>;

/** Gives a way to open stores that are disposed of after each spec. */
export function storesOf(factory: EventStoreFactory): () => Promise<EventStoreUnderTest> {
  const opened: EventStoreUnderTest[] = [];
  afterEach(async () => {
    for (const { dispose } of opened.splice(0)) await dispose();
  });
  return async () => {
    const under = await factory();
    opened.push(under);
    return under;
  };
}

const RECORDED_AT_MS = Date.UTC(2026, 0, 31, 12);

/** Events that differ in their ids; the rest is as given. */
export const events = (count: number, more: Partial<EventToAppend> = {}): readonly EventToAppend[] =>
  Array.from({ length: count }, (_, index) => ({
    id: randomUUID(),
    type: 'rapport.sale.SaleCompleted.v1',
    body: JSON.stringify({ index }),
    recordedAtMs: RECORDED_AT_MS,
    ...more,
  }));

/** Everything that an iteration gives. */
export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const gathered: T[] = [];
  for await (const item of items) gathered.push(item);
  return gathered;
}

export const idsOf = (list: readonly { readonly id: string }[]): readonly string[] =>
  list.map(({ id }) => id);

export async function streamOf(store: EventStore, stream: string): Promise<readonly StoredEvent[]> {
  return all((await store.readStream(stream)).events);
}

/** Expects a promise to fail with a code; gives the failure. */
export async function failure(promise: Promise<unknown>, code: ErrorCode): Promise<RapportError> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if (!('error' in outcome)) throw new Error(`expected ${code}, but it succeeded`);
  const { error } = outcome;
  if (!(error instanceof RapportError)) throw new Error(`expected ${code}`, { cause: error });
  expect(error.code).toBe(code);
  return error;
}

/** Streams that try to be something else: operators, escapes, other scripts, great length. */
export const HOSTILE_NAMES: readonly string[] = [
  '$all',
  'relationship/$ne',
  'relationship/a.b.c',
  'relationship/__proto__',
  'constructor',
  "relationship/'; DROP TABLE events; --",
  'relationship/"quoted"',
  'relationship/back\\slash',
  'relationship/%_*?[a-z]',
  'relationship/a-b-c',
  'relationship/with space\tand\nlines',
  'relationship/\u0000nul',
  'relationship/\u00e9',
  'relationship/e\u0301',
  'relationship/\u{1F600}',
  'relationship/\uff5e',
  'relationship/مرحبا',
  ' ',
  'x'.repeat(1_000),
];
