import {
  compareTimeOrder,
  RapportError,
  type Answer,
  type Bounds,
  type EffectiveEvent,
  type EntriesQuery,
  type FindQuery,
  type JsonObject,
  type Kinds,
  type Page,
  type PartyId,
  type StoredEntry,
  type View,
  type ViewReader,
} from '@rapport/kernel';
import type { EventStore, ViewRef, ViewStore } from '../ports/index.js';
import { contentOfKey } from '../project/apply.js';
import { positionOfViews, refOf, viewVersionOf } from '../project/copies.js';
import { History, type Knowledge } from '../resolve/history.js';
import { keyChunks } from '../project/key-histories.js';
import { pageOf } from './entry-page.js';
import { contentsOf } from './key-content.js';

/** How many entries are read at a time when all of a key are asked for. */
const ENTRIES_PER_PAGE = 1_000;

/** Answers from the live copies of views, and replays histories where a question has bounds. */
export class Reader implements ViewReader {
  /** Histories as they were recorded. */
  protected readonly past: History;

  constructor(
    protected readonly events: EventStore,
    protected readonly store: ViewStore,
    readonly kinds: Kinds,
    readonly views: readonly View[],
  ) {
    this.past = new History(events, store, kinds);
  }

  async document(name: string, key: string, bounds: Bounds = {}): Promise<Answer<JsonObject | undefined>> {
    const answers = await this.documentsOf(name, [key], bounds);
    return { ...answers, value: answers.value.get(key) };
  }

  async documentsOf(
    name: string,
    keys: readonly string[],
    bounds: Bounds = {},
  ): Promise<Answer<ReadonlyMap<string, JsonObject>>> {
    const view = this.view(name);
    if (isLive(bounds)) {
      const { position, value } = await this.ofLive(name, (ref) => this.store.load(ref, keys));
      return this.answer(view, position, bounds, new Map(value.map(({ key, doc }) => [key, doc])));
    }
    const knowledge = await this.knowledge(bounds);
    const documents = new Map<string, JsonObject>();
    for (const key of keys) {
      const doc = await this.documentAt(view, key, bounds, knowledge);
      if (doc !== undefined) documents.set(key, doc);
    }
    return this.answer(view, knowledge.until, bounds, documents);
  }

  async find(
    name: string,
    query: FindQuery,
  ): Promise<Answer<Page<{ readonly key: string; readonly doc: JsonObject }>>> {
    const { position, value } = await this.ofLive(name, (ref) => this.store.find(ref, query));
    const items = value.items.map(({ key, doc }) => ({ key, doc }));
    return this.answer(this.view(name), position, {}, { ...value, items });
  }

  async entries(
    name: string,
    key: string,
    query: EntriesQuery,
    bounds: Bounds = {},
  ): Promise<Answer<Page<StoredEntry>>> {
    const view = this.view(name);
    if (bounds.knownAt === undefined) {
      const to =
        bounds.asOf === undefined || (query.to !== undefined && query.to < bounds.asOf)
          ? query.to
          : bounds.asOf;
      const within = { ...query, ...(to === undefined ? {} : { to }) };
      const { position, value } = await this.ofLive(name, (ref) => this.store.entries(ref, key, within));
      return this.answer(view, position, bounds, value);
    }
    const all = await this.allEntries(name, key, bounds);
    return { ...all, value: pageOf(view, all.value, query) };
  }

  async allEntries(name: string, key: string, bounds: Bounds = {}): Promise<Answer<readonly StoredEntry[]>> {
    const view = this.view(name);
    if (bounds.knownAt !== undefined) {
      const knowledge = await this.knowledge(bounds);
      const events = await this.effectiveOf(key, bounds, knowledge);
      const entries: StoredEntry[] = [];
      for (const change of contentOfKey(view, key, events)) {
        if (change.op === 'putEntry')
          entries.push({
            key,
            ...change.place,
            entry: change.entry,
            position: change.position,
            recordedat: change.recordedat,
          });
      }
      return this.answer(view, knowledge.until, bounds, entries.sort(compareTimeOrder));
    }
    const entries: StoredEntry[] = [];
    let page = await this.entries(name, key, { order: 'oldestFirst', countMax: ENTRIES_PER_PAGE }, bounds);
    for (;;) {
      entries.push(...page.value.items);
      if (page.value.next === undefined) return { ...page, value: entries };
      page = await this.entries(
        name,
        key,
        { order: 'oldestFirst', countMax: ENTRIES_PER_PAGE, after: page.value.next },
        bounds,
      );
    }
  }

  async history(party: PartyId, bounds: Bounds = {}): Promise<Answer<readonly EffectiveEvent[]>> {
    const knowledge = await this.knowledge(bounds);
    const events = await this.effectiveOf(party, bounds, knowledge);
    return { view: 'history', version: 1, position: knowledge.until, bounds, value: events };
  }

  async canonical(party: PartyId, bounds: Bounds = {}): Promise<PartyId> {
    return (await this.knowledge(bounds)).parties.canonical(party);
  }

  async *documents(
    name: string,
    bounds: Bounds = {},
  ): AsyncGenerator<{ readonly key: string; readonly doc: JsonObject }> {
    const view = this.view(name);
    if (isLive(bounds)) {
      const { ref } = await this.live(name);
      for await (const stored of this.store.scan(ref))
        if ('doc' in stored) yield { key: stored.key, doc: stored.doc };
      return;
    }
    const at = { knowledge: await this.knowledge(bounds), asOf: bounds.asOf };
    for await (const keys of keyChunks(this.store)) {
      for await (const { items } of contentsOf({ history: this.past, store: this.store }, view, keys, at))
        for (const item of items) if ('doc' in item) yield item;
    }
  }

  /** The copy of a view that answers. @throws RapportError `VIEW_NOT_FOUND`, `VIEW_BEHIND` while its first copy is built */
  protected async live(name: string): Promise<{ ref: ViewRef; position: bigint }> {
    const view = this.view(name);
    const version = (await this.store.versions(name)).find(({ state }) => state === 'live');
    if (version === undefined || viewVersionOf(version) !== view.version) {
      throw new RapportError(
        'VIEW_BEHIND',
        `The view ${name} is being built: \`rapport views status\` shows how far it is.`,
      );
    }
    return { ref: refOf(version), position: version.checkpoint };
  }

  /** Asks the live copy; once more when a rebuild has put another in its place in between. */
  private async ofLive<T>(
    name: string,
    ask: (ref: ViewRef) => Promise<T>,
  ): Promise<{ position: bigint; value: T }> {
    const { ref, position } = await this.live(name);
    try {
      return { position, value: await ask(ref) };
    } catch (error) {
      const next = await this.live(name);
      if (next.ref.version === ref.version) throw error;
      return { position: next.position, value: await ask(next.ref) };
    }
  }

  protected view(name: string): View {
    const view = this.views.find((other) => other.name === name);
    if (view === undefined)
      throw new RapportError(
        'VIEW_NOT_FOUND',
        `There is no view of this name: the catalogue has ${this.views.map((other) => other.name).join(', ')}.`,
      );
    return view;
  }

  /** The position that every live view reflects. */
  protected position(): Promise<bigint> {
    return positionOfViews(this.store, this.views);
  }

  /** What was known at the bound; without one, what the views reflect now. */
  protected async knowledge({ knownAt }: Bounds): Promise<Knowledge> {
    const reached = await this.position();
    this.past.refresh();
    return this.past.knowledge(knownAt === undefined || knownAt > reached ? reached : knownAt);
  }

  private async effectiveOf(
    party: PartyId,
    { asOf }: Bounds,
    knowledge: Knowledge,
  ): Promise<readonly EffectiveEvent[]> {
    const events = await this.past.ofKey(party, knowledge);
    return asOf === undefined ? events : events.filter(({ time }) => time <= asOf);
  }

  private async documentAt(
    view: View,
    key: string,
    bounds: Bounds,
    knowledge: Knowledge,
  ): Promise<JsonObject | undefined> {
    const change = contentOfKey(view, key, await this.effectiveOf(key, bounds, knowledge))[0];
    return change?.op === 'put' ? change.doc : undefined;
  }

  protected answer<T>(view: View, position: bigint, bounds: Bounds, value: T): Answer<T> {
    return { view: view.name, version: view.version, position, bounds, value };
  }
}

const isLive = ({ asOf, knownAt }: Bounds): boolean => asOf === undefined && knownAt === undefined;
