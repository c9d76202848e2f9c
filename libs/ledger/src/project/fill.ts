import type { Kinds, View } from '@rapport/kernel';
import type { Change, EventStore, Lease, Park, ViewRef, ViewStore } from '../ports/index.js';
import { History, type Knowledge } from '../resolve/history.js';
import { contentOfOwn, parkOf, type Target } from './apply.js';
import { boundedChunks, KeyHistories } from './key-histories.js';

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
    let read = 0;
    const parked = targets.map((): Park[] => []);
    for await (const chunk of boundedChunks(this.parts.views, knowledge, keys)) {
      const histories = targets.map(({ view }) => new KeyHistories(view, chunk.keys));
      for (const event of await this.history.effectiveAt(chunk.positions, knowledge))
        for (const one of histories) one.take(event);
      const views = targets.map(({ ref, view }, at) =>
        contentOf(ref, view, histories[at] as KeyHistories, parked[at] as Park[]),
      );
      await this.parts.views.fill({ views, position: knowledge.until, lease });
      read += chunk.positions.length;
    }
    return { events: read, parked };
  }

  private view(name: string): View {
    const view = this.parts.registry.find((other) => other.name === name);
    if (view === undefined) throw new Error(`there is no view ${name} in the registry`);
    return view;
  }
}

type FillTarget = Pick<Target, 'view' | 'ref'>;

/** What is written of one view, keys that it cannot digest apart. */
function contentOf(
  ref: ViewRef,
  view: View,
  histories: KeyHistories,
  parked: Park[],
): { readonly view: ViewRef; readonly changes: readonly Change[]; readonly park: readonly Park[] } {
  const changes: Change[] = [];
  const park: Park[] = [];
  for (const [key, events] of histories.inTheirTime()) {
    try {
      for (const change of contentOfOwn(view, key, events)) if (change.op !== 'delete') changes.push(change); // a tally of nothing is no document
    } catch (error) {
      park.push(parkOf(key, events[0]?.position ?? 0n, error, events.length));
    }
  }
  parked.push(...park);
  return { view: ref, changes, park };
}
