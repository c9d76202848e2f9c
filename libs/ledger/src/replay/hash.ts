import { createHash } from 'node:crypto';
import { setImmediate as otherWork } from 'node:timers/promises';
import { canonicalJson } from '@rapport/kernel';
import type { ViewHash } from '../ledger.js';
import type { ReplayedItem } from './key-content.js';

/** How many documents are hashed before other work of the thread has its turn. */
const DOCUMENTS_PER_TURN = 500;

/**
 * SHA-256 over what a view says: one line of canonical JSON (RFC 8785) for each document or entry, ordered by key and
 * place. Position, revision and recordedat tell how things arrived and are left out, so that any order of arrival gives
 * the same hash, live or replayed.
 * @param items everything that the view says, in that order
 */
export async function hashOf(
  items: AsyncIterable<ReplayedItem>,
  view: string,
  version: number,
): Promise<ViewHash> {
  const hash = createHash('sha256');
  let documents = 0;
  for await (const item of items) {
    hash.update(`${lineOf(item)}\n`);
    if (++documents % DOCUMENTS_PER_TURN === 0) await otherWork();
  }
  return { view, version, documents, sha256: hash.digest('hex') };
}

/** What a document or an entry says, in canonical JSON: its key, and where it is an entry its place. */
export const lineOf = (item: ReplayedItem): string =>
  canonicalJson(
    'doc' in item
      ? [item.key, item.doc]
      : [item.key, item.time, item.source, item.id, item.subject, item.entry],
  );

/** One SHA-256 over the hashes of all views, ordered by name. */
export const hashOfAll = (hashes: readonly ViewHash[]): string =>
  createHash('sha256')
    .update(
      hashes
        .map(({ view, version, sha256 }) => `${view} ${version} ${sha256}\n`)
        .sort()
        .join(''),
    )
    .digest('hex');
