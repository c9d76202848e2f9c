import {
  RapportError,
  type Answer,
  type Bounds,
  type CursorParts,
  type Page,
  type PartyId,
  type PartyRecord,
  type View,
} from '@rapport/kernel';
import type { ViewHash } from '../ledger.js';
import { contentChanges, type ContentChange } from './content-changes.js';
import { hashOf } from './hash.js';
import {
  chunksOf,
  contentsOf,
  type KeyContent,
  type KeyRange,
  type ReplayedItem,
  type ReplayParts,
  type Standpoint,
} from './key-content.js';
import { partyRecord } from './party-record.js';
import { Reader } from './reader.js';
import { pageOfKeys, startIn } from './replay-page.js';

/** What is replayed of a view. */
export interface ReplayRange extends Pick<KeyRange, 'key' | 'onProgress'> {
  readonly signal?: AbortSignal | undefined;
}

/** A page of a replay. */
export interface ReplayPageQuery {
  readonly key?: string | undefined;
  /** The cursor of the page before. */
  readonly after?: string | undefined;
  readonly countMax: number;
}

/** Two standpoints, the positions that they came to, and how they differ. */
export interface ReplayDiff<T> {
  readonly view: string;
  readonly version: number;
  readonly first: { readonly position: bigint; readonly bounds: Bounds };
  readonly second: { readonly position: bigint; readonly bounds: Bounds };
  readonly value: T;
}

/** Replays whole views: folds histories again at any bounds, and compares what two of them say. */
export class Replayer extends Reader {
  async replay(
    name: string,
    bounds: Bounds = {},
    range: ReplayRange = {},
  ): Promise<Answer<AsyncIterable<ReplayedItem>>> {
    const view = this.view(name);
    const at = await this.standpoint(bounds);
    const items = flat(this.contents(view, at, range), range.signal);
    return this.answer(view, at.knowledge.until, bounds, items);
  }

  async replayPage(
    name: string,
    bounds: Bounds,
    { key, after, countMax }: ReplayPageQuery,
  ): Promise<Answer<Page<ReplayedItem>>> {
    const view = this.view(name);
    const from = after === undefined ? undefined : startIn(after, SIDE_PARTS + 1);
    const at = await this.standpoint(
      from === undefined ? bounds : { ...bounds, ...sideIn(from.scope, 1, bounds) },
    );
    const scope = [name, ...partsOf(at, bounds)];
    mustBeSame(from?.scope, scope);
    const contents = this.contents(view, at, { key, from: from?.start.key });
    const page = await pageOfKeys(contents, countMax, scope, from?.start);
    return this.answer(view, at.knowledge.until, bounds, page);
  }

  async replayHash(name: string, bounds: Bounds = {}, range: ReplayRange = {}): Promise<Answer<ViewHash>> {
    const replayed = await this.replay(name, bounds, range);
    return { ...replayed, value: await hashOf(replayed.value, name, replayed.version) };
  }

  async replayDiff(
    name: string,
    first: Bounds,
    second: Bounds,
    range: ReplayRange = {},
  ): Promise<ReplayDiff<AsyncIterable<ContentChange>>> {
    const view = this.view(name);
    const sides = [await this.standpoint(first), await this.standpoint(second)] as const;
    const value = flat(this.changes(view, sides, range), range.signal);
    return diffAnswer(view, sides, [first, second], value);
  }

  async replayDiffPage(
    name: string,
    first: Bounds,
    second: Bounds,
    { key, after, countMax }: ReplayPageQuery,
  ): Promise<ReplayDiff<Page<ContentChange>>> {
    const view = this.view(name);
    const from = after === undefined ? undefined : startIn(after, 2 * SIDE_PARTS + 1);
    const sides = [
      await this.standpoint(from === undefined ? first : { ...first, ...sideIn(from.scope, 1, first) }),
      await this.standpoint(
        from === undefined ? second : { ...second, ...sideIn(from.scope, 1 + SIDE_PARTS, second) },
      ),
    ] as const;
    const scope = [name, ...partsOf(sides[0], first), ...partsOf(sides[1], second)];
    mustBeSame(from?.scope, scope);
    const changes = this.changes(view, sides, { key, from: from?.start.key });
    const page = await pageOfKeys(changes, countMax, scope, from?.start);
    return diffAnswer(view, sides, [first, second], page);
  }

  async recordOf(party: PartyId, bounds: Bounds, countMax: number): Promise<Answer<PartyRecord>> {
    const { knowledge, asOf } = await this.standpoint(bounds);
    const value = await partyRecord(this.parts, party, { knowledge, asOf }, countMax);
    return { view: 'record', version: 1, position: knowledge.until, bounds, value };
  }

  private get parts(): ReplayParts {
    return { history: this.past, store: this.store };
  }

  /** @throws RapportError `VIEW_BEHIND` rather than answering for less than was asked */
  private async standpoint(bounds: Bounds): Promise<Standpoint> {
    const knowledge = await this.knowledge(bounds);
    const { knownAt } = bounds;
    if (knownAt !== undefined && knownAt > knowledge.until) {
      const { position } = await this.events.head();
      if (position > knowledge.until)
        throw new RapportError(
          'VIEW_BEHIND',
          `The views reflect position ${knowledge.until} of ${position}, which is less than asked for: wait for them (\`rapport views catch-up\` where no server runs), then ask again.`,
        );
    }
    return { knowledge, asOf: bounds.asOf };
  }

  private async *contents(view: View, at: Standpoint, range: KeyRange): AsyncGenerator<KeyContent> {
    for await (const keys of chunksOf(this.parts, range)) yield* contentsOf(this.parts, view, keys, at);
  }

  private async *changes(
    view: View,
    [first, second]: readonly [Standpoint, Standpoint],
    range: KeyRange,
  ): AsyncGenerator<{ readonly key: string; readonly items: readonly ContentChange[] }> {
    for await (const keys of chunksOf(this.parts, range)) {
      const before = await byKey(contentsOf(this.parts, view, keys, first));
      const after = await byKey(contentsOf(this.parts, view, keys, second));
      for (const key of keys) {
        const items = contentChanges(before.get(key), after.get(key));
        if (items.length > 0) yield { key, items };
      }
    }
  }
}

/** Parts of a cursor's scope that name one standpoint: its position and its asOf. */
const SIDE_PARTS = 2;

const partsOf = ({ knowledge }: Standpoint, { asOf }: Bounds): CursorParts => [
  String(knowledge.until),
  asOf ?? null,
];

/** The position in a cursor's scope, for a side that does not name one itself. */
function sideIn(scope: CursorParts, at: number, { knownAt }: Bounds): Bounds {
  const position = scope[at] ?? '';
  return knownAt === undefined && POSITION.test(position) ? { knownAt: BigInt(position) } : {};
}

const POSITION = /^\d{1,18}$/;

function mustBeSame(given: CursorParts | undefined, scope: CursorParts): void {
  if (given === undefined || JSON.stringify(given) === JSON.stringify(scope)) return;
  throw new RapportError(
    'INVALID_CURSOR',
    'The cursor belongs to another replay: ask with the view and the bounds of the page before.',
  );
}

async function* flat<T>(
  contents: AsyncIterable<{ readonly items: readonly T[] }>,
  signal: AbortSignal | undefined,
): AsyncGenerator<T> {
  for await (const { items } of contents) {
    signal?.throwIfAborted();
    yield* items;
  }
}

async function byKey(contents: AsyncIterable<KeyContent>): Promise<ReadonlyMap<string, KeyContent>> {
  const found = new Map<string, KeyContent>();
  for await (const content of contents) found.set(content.key, content);
  return found;
}

const diffAnswer = <T>(
  { name, version }: View,
  [first, second]: readonly [Standpoint, Standpoint],
  [firstBounds, secondBounds]: readonly [Bounds, Bounds],
  value: T,
): ReplayDiff<T> => ({
  view: name,
  version,
  first: { position: first.knowledge.until, bounds: firstBounds },
  second: { position: second.knowledge.until, bounds: secondBounds },
  value,
});
