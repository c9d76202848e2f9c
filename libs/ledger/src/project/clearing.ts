import type { Change, ViewStore } from '../ports/index.js';
import type { Target } from './apply.js';

const ENTRIES_PER_PAGE = 1_000;

/** The changes that remove what stands under a key, so that its refolded content replaces it. */
export async function clearingOf(
  store: ViewStore,
  { view, ref }: Target,
  key: string,
): Promise<readonly Change[]> {
  if (view.shape !== 'entries') return [{ op: 'delete', key }];
  const changes: Change[] = [];
  let after: string | undefined;
  do {
    const page = await store.entries(ref, key, {
      order: 'oldestFirst',
      countMax: ENTRIES_PER_PAGE,
      ...(after === undefined ? {} : { after }),
    });
    for (const { time, source, id, subject } of page.items)
      changes.push({ op: 'deleteEntry', key, place: { time, source, id, subject } });
    after = page.next;
  } while (after !== undefined);
  return changes;
}
