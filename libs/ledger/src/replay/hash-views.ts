import type { View } from '@rapport/kernel';
import type { ViewHash } from '../ledger.js';
import type { ViewStore, ViewVersion } from '../ports/index.js';
import { refOf, viewVersionOf } from '../project/copies.js';
import { hashOf, hashOfAll } from './hash.js';

/** Hashes of all views of a registry at one moment. */
export interface HashedViews {
  readonly views: readonly ViewHash[];
  /** One hash over all of them. */
  readonly all: string;
}

/**
 * The hashes of all live views, provided that every one reflects a position, and none moves meanwhile.
 * @returns undefined where that is not so
 * @example (await hashViewsAt(viewStore, views, (await events.head()).position))?.all
 */
export async function hashViewsAt(
  store: ViewStore,
  registry: readonly View[],
  position: bigint,
): Promise<HashedViews | undefined> {
  const before = await liveCopies(store, registry);
  if (before.length < registry.length || before.some(({ checkpoint }) => checkpoint < position))
    return undefined;
  const views: ViewHash[] = [];
  for (const copy of before)
    views.push(await hashOf(store.scan(refOf(copy)), copy.name, viewVersionOf(copy)));
  const after = await liveCopies(store, registry);
  return places(before) === places(after) ? { views, all: hashOfAll(views) } : undefined;
}

/** The live copies of views in the version that the registry has, in its order. */
async function liveCopies(store: ViewStore, registry: readonly View[]): Promise<readonly ViewVersion[]> {
  const versions = await store.versions();
  return registry.flatMap(
    ({ name, version }) =>
      versions.find(
        (copy) => copy.name === name && copy.state === 'live' && viewVersionOf(copy) === version,
      ) ?? [],
  );
}

const places = (copies: readonly ViewVersion[]): string =>
  copies.map(({ name, version, checkpoint }) => `${name} ${version} ${checkpoint}`).join('\n');
