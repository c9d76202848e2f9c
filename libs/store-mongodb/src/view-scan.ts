import { setTimeout as sleep } from 'node:timers/promises';
import { RapportError, type StoredEntry } from '@rapport/kernel';
import type { StoredDocument, ViewRef } from '@rapport/ledger';
import type { MongoConnection } from './connection.js';
import type { Before } from './view-before.js';
import type { Copy, ViewCatalogue } from './view-catalogue.js';
import { documentOf } from './view-changes.js';
import type { KeptDocument, ViewCollections } from './view-collections.js';
import type { Pin, ViewDesk } from './view-desk.js';
import { entryOf } from './view-entries.js';

const DOCUMENTS_PER_READ = 1_000;
/** A scan that nobody goes on with for so long holds nothing any more. */
const PIN_TTL_MS = 60_000;
const LOOK_AGAIN_MS = 25;
const SETTLED_WITHIN_MS = 10_000;

/** What a scan works with. */
export interface ScanParts {
  readonly mongo: MongoConnection;
  readonly catalogue: ViewCatalogue;
  readonly collections: ViewCollections;
  readonly desk: ViewDesk;
  readonly before: Before;
}

/**
 * Everything a copy holds, in order, as it stood at one moment: writers go on beside it and keep, as long as the scan says
 * that it is under way, what they change.
 */
export async function* scanCopy(
  parts: ScanParts,
  view: ViewRef,
): AsyncGenerator<StoredDocument | StoredEntry> {
  const { desk, before, catalogue } = parts;
  const copy = await catalogue.find(view);
  const pin = await desk.pin(PIN_TTL_MS);
  try {
    await untilWritten(parts, pin);
    let after: string | undefined;
    for (;;) {
      if (!(await desk.keepPin(pin, PIN_TTL_MS))) throw ranOut(view);
      const page = await pageAfter(parts, copy, after);
      for (const kept of await asOf(parts, copy, page, pin))
        yield copy.shape === 'entries' ? entryOf(kept) : documentOf(kept);
      if (page.length < DOCUMENTS_PER_READ) return;
      after = page.at(-1)?._id;
    }
  } finally {
    await before.forgetUntil(await desk.unpin(pin));
  }
}

/** The write that the scan shows may be under way still. */
async function untilWritten({ catalogue, desk }: ScanParts, pin: Pin): Promise<void> {
  const untilMs = performance.now() + SETTLED_WITHIN_MS;
  for (;;) {
    const last = await desk.last();
    if (last === undefined || (await catalogue.read()).written >= pin.write) return;
    if (performance.now() > untilMs)
      throw new RapportError(
        'VIEW_BEHIND',
        'The views are in the middle of a write whose writer is gone: ask again when another one has taken over.',
      );
    await sleep(LOOK_AGAIN_MS);
  }
}

async function pageAfter(
  { mongo, collections }: ScanParts,
  copy: Copy,
  after: string | undefined,
): Promise<readonly KeptDocument[]> {
  return mongo.run(() =>
    collections
      .of(copy)
      .find(after === undefined ? {} : { _id: { $gt: after } })
      .sort({ _id: 1 })
      .limit(DOCUMENTS_PER_READ)
      .toArray(),
  );
}

/** The page as it stood at the pin's write. What was removed is still in its place, so nothing is passed by. */
async function asOf(
  { before }: ScanParts,
  copy: Copy,
  page: readonly KeptDocument[],
  pin: Pin,
): Promise<readonly KeptDocument[]> {
  const later = page.filter(({ w }) => w > pin.write).map(({ _id }) => _id);
  const kept = later.length === 0 ? undefined : await before.asOf(copy, later, pin.write);
  const shown: KeptDocument[] = [];
  for (const document of page) {
    const stood = document.w > pin.write ? kept?.get(document._id) : document;
    if (stood !== undefined && stood.gone === undefined) shown.push(stood);
  }
  return shown;
}

const ranOut = ({ name }: ViewRef): RapportError =>
  new RapportError(
    'STORE_UNAVAILABLE',
    `Reading all of the view ${name} was left for longer than ${PIN_TTL_MS / 1_000} s and no longer shows one moment: begin again.`,
  );
