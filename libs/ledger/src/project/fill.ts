import { compareTimeOrder, type EffectiveEvent, type Kinds, type View } from '@rapport/kernel';
import type { Change, EventStore, Lease, Park, ViewRef, ViewStore } from '../ports/index.js';
import { History, type Knowledge } from '../resolve/history.js';
import { contentOfOwn, handledBy, parkOf, type Target } from './apply.js';

/** Keys whose histories are read together: few, since all that they hold lives until they are written. */
const KEYS_PER_CHUNK = 50;
/** Positions beyond which a chunk of keys is cut in two, so that memory stays bounded by the longest history. */
const EVENTS_PER_CHUNK = 5_000;

/** Some history keys, the copies to fill, and the position that their content reflects. */
export interface FillRequest {
  readonly keys: readonly string[];
  readonly copies: readonly ViewRef[];
  readonly position: bigint;
  readonly lease: Lease;
}

/** What filling some keys came to: plain data, which may come from another thread. */
export interface Filled {
  /** How many events were read for it. */
  readonly events: number;
  /** Keys that could not be digested, copy by copy. */
  readonly parked: readonly (readonly Park[])[];
}

/** Writes the content of keys into copies that are being built; several may do so side by side. */
export interface Filler {
  /** How many chunks of keys it is given at once, so that it need not wait for the next. */
  readonly chunksAtOnce: number;
  fill(request: FillRequest): Promise<Filled>;
  /** Gives back what it holds; what is under way fails. */
  close(): Promise<void>;
}

/** What a filler reads from. */
export interface FillerParts {
  readonly events: EventStore;
  readonly views: ViewStore;
  readonly registry: readonly View[];
  readonly kinds: Kinds;
}

/**
 * Makes the whole content of keys from their histories, in this thread. Every event is read once for all views and every
 * document made once, in the order of its key, which is what makes a rebuild far cheaper than feeding the ledger through
 * the views again.
 */
export class KeyFiller implements Filler {
  readonly chunksAtOnce = 1;
  private readonly history: History;
  private position: bigint | undefined;

  constructor(private readonly parts: FillerParts) {
    this.history = new History(parts.events, parts.views, parts.kinds);
  }

  async fill({ keys, copies, position, lease }: FillRequest): Promise<Filled> {
    if (this.position !== position) this.history.refresh();
    this.position = position;
    const knowledge = await this.history.knowledge(position);
    const targets = copies.map((ref) => ({ ref, view: this.view(ref.name) }));
    const canonical = keys.filter((key) => knowledge.parties.canonical(key) === key);
    return this.fillKeys(canonical, targets, knowledge, lease);
  }

  async close(): Promise<void> {} // its stores belong to whoever opened them

  private async fillKeys(
    keys: readonly string[],
    targets: readonly FillTarget[],
    knowledge: Knowledge,
    lease: Lease,
  ): Promise<Filled> {
    const positions = await this.parts.views.history(
      keys.flatMap((key) => knowledge.parties.members(key)),
      knowledge.until,
    );
    if (positions.length > EVENTS_PER_CHUNK && keys.length > 1) {
      const middle = keys.length >> 1;
      const first = await this.fillKeys(keys.slice(0, middle), targets, knowledge, lease);
      const second = await this.fillKeys(keys.slice(middle), targets, knowledge, lease);
      return {
        events: first.events + second.events,
        parked: first.parked.map((parks, index) => [...parks, ...(second.parked[index] ?? [])]),
      };
    }
    const shares = targets.map((target) => new Share(target, keys));
    for (const event of await this.history.effectiveAt(positions, knowledge))
      for (const share of shares) share.take(event);
    const views = shares.map((share) => share.content());
    await this.parts.views.fill({ views, position: knowledge.until, lease });
    return { events: positions.length, parked: views.map(({ park }) => park) };
  }

  private view(name: string): View {
    const view = this.parts.registry.find((other) => other.name === name);
    if (view === undefined) throw new Error(`there is no view ${name} in the registry`);
    return view;
  }
}

type FillTarget = Pick<Target, 'view' | 'ref'>;

/** The events of a chunk of keys that one view handles. */
class Share {
  private readonly handled: ReadonlySet<string>;
  private readonly histories: ReadonlyMap<string, EffectiveEvent[]>;

  constructor(
    readonly target: FillTarget,
    keys: readonly string[],
  ) {
    this.handled = handledBy(target.view);
    this.histories = new Map(keys.map((key) => [key, []]));
  }

  take(event: EffectiveEvent): void {
    if (!this.handled.has(event.type)) return;
    for (const key of this.target.view.keys(event)) this.histories.get(key)?.push(event);
  }

  content(): { readonly view: ViewRef; readonly changes: readonly Change[]; readonly park: readonly Park[] } {
    const changes: Change[] = [];
    const park: Park[] = [];
    for (const [key, events] of this.histories) {
      if (events.length === 0) continue;
      sortByTime(events);
      try {
        for (const change of contentOfOwn(this.target.view, key, events))
          if (change.op !== 'delete') changes.push(change); // a tally of nothing is no document
      } catch (error) {
        park.push(parkOf(key, events[0]?.position ?? 0n, error, events.length));
      }
    }
    return { view: this.target.ref, changes, park };
  }
}

/** History keys in chunks, in order. */
export async function* keyChunks(store: ViewStore): AsyncGenerator<readonly string[]> {
  let chunk: string[] = [];
  for await (const key of store.historyKeys()) {
    chunk.push(key);
    if (chunk.length < KEYS_PER_CHUNK) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

/** Most histories arrive in their own time already. */
function sortByTime(events: EffectiveEvent[]): void {
  for (let at = 1; at < events.length; at++) {
    if (compareTimeOrder(events[at - 1] as EffectiveEvent, events[at] as EffectiveEvent) > 0) {
      events.sort(compareTimeOrder);
      return;
    }
  }
}
