import type { View } from '@rapport/kernel';
import type { ViewRef, ViewShape, ViewStore, ViewVersion } from '../ports/index.js';

/** Copies of one version of a view that may ever be made. */
const COPIES_MAX = 10_000;

/**
 * The store numbers copies: a view's version, then the build of that version. So a rebuild of the same version can stand
 * beside the live copy.
 */
export const viewVersionOf = ({ version }: Pick<ViewVersion, 'version'>): number =>
  Math.floor(version / COPIES_MAX);

/** The number of the next copy of a view. */
export function nextCopy(view: View, versions: readonly ViewVersion[]): number {
  const first = view.version * COPIES_MAX;
  const taken = versions.filter(
    (version) => version.name === view.name && viewVersionOf(version) === view.version,
  );
  return taken.reduce((highest, { version }) => Math.max(highest, version), first) + 1;
}

export const refOf = ({ name, version }: ViewRef): ViewRef => ({ name, version });

/** What the store must know to keep a copy of a view. */
export function shapeOf(view: View, version: number): ViewShape {
  const fields =
    view.shape === 'entries'
      ? view.filters.map((name) => ({ name, type: 'text' as const }))
      : view.indexes.map(({ name, type }) => ({ name, type }));
  return { name: view.name, version, shape: view.shape, fields };
}

/** The position that every live view of the registry reflects. The engine's index may reach further, never less far. */
export async function positionOfViews(store: ViewStore, registry: readonly View[]): Promise<bigint> {
  let position = await store.indexCheckpoint();
  for (const copy of await store.versions()) {
    const isLive =
      copy.state === 'live' &&
      registry.some((view) => view.name === copy.name && view.version === viewVersionOf(copy));
    if (isLive && copy.checkpoint < position) position = copy.checkpoint;
  }
  return position;
}
