import type { Park, ViewRef, ViewStore } from '../ports/index.js';

/** The parked keys of one copy, by key, as the store knows them. */
export async function parkedKeysOf(views: ViewStore, { name, version }: ViewRef): Promise<Map<string, Park>> {
  const parked = (await views.parked(name)).filter((park) => park.version === version);
  return new Map(parked.map((park) => [park.key, park]));
}
