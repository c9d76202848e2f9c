import { afterEach } from '@jest/globals';
import type { EntryPlace, JsonObject } from '@rapport/kernel';
import type { Change, Lease, ViewShape, ViewStore } from '@rapport/ledger';

/** A store with what a spec may do to it from outside. */
export interface ViewStoreUnderTest {
  readonly store: ViewStore;
  /** Closes the store and opens it again, as a restart would. */
  readonly reopen: () => Promise<ViewStore>;
  /** Closes it and removes what it left. */
  readonly dispose: () => Promise<void>;
}

/**
 * Makes a new, empty store.
 * @param now the clock of its leases: milliseconds since the Unix epoch
 */
export type ViewStoreFactory = (now: () => number) => Promise<ViewStoreUnderTest>;

/** A view of documents with fields of every type. */
export const PARTIES: ViewShape = {
  name: 'parties',
  version: 10_001,
  shape: 'fold',
  fields: [
    { name: 'city', type: 'text' },
    { name: 'score', type: 'integer' },
    { name: 'active', type: 'boolean' },
  ],
};

/** A view of entries that may be filtered. */
export const TIMELINE: ViewShape = {
  name: 'timeline',
  version: 10_001,
  shape: 'entries',
  fields: [
    { name: 'family', type: 'text' },
    { name: 'channel', type: 'text' },
  ],
};

/** A store in which the views above are live, with a lease to write and a clock to turn. */
export class Views {
  checkpoint = 0n;
  lease: Lease;

  constructor(
    public store: ViewStore,
    private readonly under: ViewStoreUnderTest,
    readonly clock: { nowMs: number },
    lease: Lease,
  ) {
    this.lease = lease;
  }

  /** Saves changes of one view as the next batch. */
  async save(view: ViewShape, changes: readonly Change[], checkpoint = this.checkpoint + 10n): Promise<void> {
    const events = Number(checkpoint);
    await this.store.save({ views: [{ view, changes }], checkpoint, events, lease: this.lease });
    this.checkpoint = checkpoint;
  }

  async live(shape: ViewShape): Promise<void> {
    await this.store.declare(shape);
    await this.store.build(shape, this.lease);
    await this.store.swap(shape, this.lease);
  }

  async reopen(): Promise<ViewStore> {
    this.store = await this.under.reopen();
    return this.store;
  }
}

const START_MS = Date.UTC(2026, 0, 31, 12);

/** Gives a way to open stores that are disposed of after each spec. */
export function viewsOf(factory: ViewStoreFactory): () => Promise<Views> {
  const opened: ViewStoreUnderTest[] = [];
  afterEach(async () => {
    for (const { dispose } of opened.splice(0)) await dispose();
  });
  return async () => {
    const clock = { nowMs: START_MS };
    const under = await factory(() => clock.nowMs);
    opened.push(under);
    const lease = await under.store.lease('projector', 'worker-1', 60_000);
    if (lease === undefined) throw new Error('a new store has no lease to give');
    const views = new Views(under.store, under, clock, lease);
    await views.live(PARTIES);
    await views.live(TIMELINE);
    return views;
  };
}

/** A document change; its fields are read from the members of the same names. */
export function put(key: string, doc: JsonObject, fence = ''): Change {
  const fields: Record<string, string | number | boolean> = {};
  for (const { name } of PARTIES.fields) {
    const value = doc[name];
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      fields[name] = value;
  }
  return { op: 'put', key, doc, fence, fields };
}

/** A place at so many seconds of a day. */
export const placeAt = (seconds: number, more: Partial<EntryPlace> = {}): EntryPlace => ({
  time: new Date(START_MS + seconds * 1_000).toISOString(),
  source: 'https://shop.example',
  id: `order-${seconds}`,
  subject: 'relationship/42',
  ...more,
});

export const putEntry = (key: string, place: EntryPlace, entry: JsonObject, position = 1n): Change => ({
  op: 'putEntry',
  key,
  place,
  entry,
  position,
  recordedat: '2026-01-31T12:00:00.000Z',
});

/** Keys that try to be something else, in the order of their UTF-8 bytes. */
export const HOSTILE_KEYS: readonly string[] = [
  '\u0000',
  ' ',
  '$where',
  '%_',
  "'; DROP TABLE documents; --",
  'A',
  '__proto__',
  'a',
  'a"b',
  'a.b.c',
  'a\\b',
  'constructor',
  'e\u0301',
  'x'.repeat(1_000),
  '\u00e9',
  '\u0645',
  '\uff5e',
  '\u{1F600}',
];
