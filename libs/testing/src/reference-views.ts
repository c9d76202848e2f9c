import {
  compareText,
  compareTimeOrder,
  partiesOf,
  type Answer,
  type Bounds,
  type Condition,
  type EffectiveEvent,
  type EntriesQuery,
  type FindQuery,
  type Json,
  type JsonObject,
  type Kinds,
  type Page,
  type StoredEntry,
  type Touchpoint,
  type View,
  type ViewReader,
} from '@rapport/kernel';

type Doc = { readonly key: string; readonly doc: JsonObject };

/**
 * The meaning of views in a page: every question sorts all events anew and folds them. Slow and simple on purpose, to hold
 * the engine and the queries against. A correction replaces the data, a void removes, a merge moves; of several the last
 * recorded counts.
 */
export class ReferenceViews implements ViewReader {
  private readonly recorded: (Touchpoint & { readonly recordedat: string; readonly position: bigint })[] = [];

  constructor(
    readonly kinds: Kinds,
    readonly views: readonly View[],
  ) {}

  /** Records touchpoints in this order and gives the position of the last. */
  record(...touchpoints: readonly Touchpoint[]): bigint {
    for (const touchpoint of touchpoints)
      this.recorded.push({
        ...touchpoint,
        recordedat: touchpoint.time,
        position: BigInt(this.recorded.length + 1),
      });
    return BigInt(this.recorded.length);
  }

  async canonical(party: string, bounds: Bounds = {}): Promise<string> {
    return this.canonicalAt(bounds)(party);
  }

  async history(party: string, bounds: Bounds = {}): Promise<Answer<readonly EffectiveEvent[]>> {
    const events = this.effective(bounds).filter((event) => event.parties.includes(party));
    return { view: 'history', version: 1, position: this.until(bounds), bounds, value: events };
  }

  async document(name: string, key: string, bounds: Bounds = {}): Promise<Answer<JsonObject | undefined>> {
    return this.answer(name, bounds, this.documentsAt(this.view(name), bounds).get(key));
  }

  async documentsOf(
    name: string,
    keys: readonly string[],
    bounds: Bounds = {},
  ): Promise<Answer<ReadonlyMap<string, JsonObject>>> {
    const documents = this.documentsAt(this.view(name), bounds);
    const found = keys.flatMap((key): [string, JsonObject][] => {
      const doc = documents.get(key);
      return doc === undefined ? [] : [[key, doc]];
    });
    return this.answer(name, bounds, new Map(found));
  }

  async *documents(name: string, bounds: Bounds = {}): AsyncGenerator<Doc> {
    yield* this.sorted(this.view(name), bounds);
  }

  async find(name: string, query: FindQuery): Promise<Answer<Page<Doc>>> {
    const view = this.view(name);
    const field = (doc: JsonObject, wanted: string): Json | undefined =>
      view.shape === 'entries'
        ? undefined
        : (view.indexes as readonly { name: string; of: (doc: JsonObject) => Json | undefined }[])
            .find((one) => one.name === wanted)
            ?.of(doc);
    const found = this.sorted(view, {}).filter(({ doc }) =>
      (query.where ?? []).every((one) => holds(one, field(doc, one.field))),
    );
    const { sort } = query;
    if (sort !== undefined) {
      const sign = sort.direction === 'ascending' ? 1 : -1;
      found.sort((a, b) => sign * compareJson(field(a.doc, sort.field), field(b.doc, sort.field)));
    }
    return this.answer(name, {}, pageOf(found, query));
  }

  async entries(
    name: string,
    key: string,
    query: EntriesQuery,
    bounds: Bounds = {},
  ): Promise<Answer<Page<StoredEntry>>> {
    const { value } = await this.allEntries(name, key, bounds);
    const { from, to, text, filter = {}, order = 'newestFirst' } = query;
    const found = value.filter(
      ({ time, entry }) =>
        (from === undefined || time >= from) &&
        (to === undefined || time <= to) &&
        (text === undefined || textOf(entry['headline']).toLowerCase().includes(text.toLowerCase())) &&
        Object.entries(filter).every(([member, wanted]) => [wanted].flat().includes(entry[member] as string)),
    );
    return this.answer(name, bounds, pageOf(order === 'newestFirst' ? found.toReversed() : found, query));
  }

  async allEntries(name: string, key: string, bounds: Bounds = {}): Promise<Answer<readonly StoredEntry[]>> {
    const view = this.view(name);
    if (view.shape !== 'entries') return this.answer(name, bounds, []);
    const entries = this.handled(view, bounds)
      .filter((event) => view.keys(event).includes(key))
      .map((event) => {
        const { time, source, id, subject, position, recordedat } = event;
        return { key, time, source, id, subject, position, recordedat, entry: view.entry(event, key) };
      });
    return this.answer(name, bounds, entries);
  }

  /** The documents of a fold or tally. */
  documentsAt(view: View, bounds: Bounds = {}): ReadonlyMap<string, JsonObject> {
    const documents = new Map<string, JsonObject>();
    for (const event of this.handled(view, bounds)) {
      for (const key of view.keys(event)) {
        const doc = documents.get(key);
        if (view.shape === 'fold') documents.set(key, view.evolve(doc ?? view.initial(key), event, key));
        if (view.shape === 'tally') {
          const sums = new Map(Object.entries(doc ?? {}) as [string, number][]);
          for (const [counter, value] of view.tally(event, key))
            sums.set(counter, (sums.get(counter) ?? 0) + value);
          documents.set(key, Object.fromEntries([...sums].filter(([, value]) => value !== 0)));
        }
      }
    }
    return documents;
  }

  /** What every event says at these bounds, in its own time. */
  effective(bounds: Bounds = {}): readonly EffectiveEvent[] {
    const until = this.until(bounds);
    const known = this.recorded.filter((event) => event.position <= until);
    const canonical = this.canonicalAt(bounds);
    const corrections = new Map(
      known.flatMap((event) =>
        event.correctsid === undefined
          ? []
          : [
              [
                JSON.stringify([event.subject, event.correctssource ?? event.source, event.correctsid]),
                event,
              ],
            ],
      ),
    );
    return known
      .flatMap((event): readonly EffectiveEvent[] => {
        const kind = this.kinds.get(event.type);
        if (kind === undefined) return [];
        const correction = corrections.get(JSON.stringify([event.subject, event.source, event.id]));
        const effect = correction === undefined ? undefined : this.kinds.get(correction.type)?.effect;
        if (effect === 'void') return [];
        const data = effect === 'correction' ? (correction?.data['data'] as JsonObject) : event.data;
        const parties = [...new Set(partiesOf(kind, { ...event, data }).map(canonical))];
        return [
          {
            ...event,
            data,
            kind,
            parties,
            canonical,
            hasPersonal: false,
            eventId: `${event.subject} ${event.source} ${event.id}`,
            revision: 0,
            ...(correction === undefined
              ? {}
              : { correctedBy: { source: correction.source, id: correction.id, time: correction.time } }),
          },
        ];
      })
      .filter((event) => bounds.asOf === undefined || event.time <= bounds.asOf)
      .sort(compareTimeOrder);
  }

  private canonicalAt(bounds: Bounds): (party: string) => string {
    const parents = new Map<string, string>();
    for (const { type, subject, data, position } of this.recorded) {
      if (position > this.until(bounds)) continue;
      const effect = this.kinds.get(type)?.effect;
      if (effect === 'merge') parents.set(textOf(data['absorbed']), subject.slice('relationship/'.length));
      if (effect === 'unmerge') parents.delete(textOf(data['absorbed']));
    }
    return (party) => {
      let root = party;
      for (let next = parents.get(root); next !== undefined; next = parents.get(root)) root = next;
      return root;
    };
  }

  private until({ knownAt }: Bounds): bigint {
    return knownAt ?? BigInt(this.recorded.length);
  }

  private handled(view: View, bounds: Bounds): readonly EffectiveEvent[] {
    return this.effective(bounds).filter((event) => view.handles.includes(event.type));
  }

  private sorted(view: View, bounds: Bounds): Doc[] {
    return [...this.documentsAt(view, bounds)]
      .map(([key, doc]) => ({ key, doc }))
      .sort((a, b) => compareText(a.key, b.key));
  }

  private view(name: string): View {
    const view = this.views.find((one) => one.name === name);
    if (view === undefined) throw new Error(`there is no view ${name}`);
    return view;
  }

  private answer<T>(name: string, bounds: Bounds, value: T): Answer<T> {
    return { view: name, version: this.view(name).version, position: this.until(bounds), bounds, value };
  }
}

function pageOf<T>(items: readonly T[], { after, countMax }: { after?: string; countMax: number }): Page<T> {
  const start = Number(after ?? 0);
  const next = start + countMax;
  return { items: items.slice(start, next), ...(next < items.length ? { next: String(next) } : {}) };
}

function holds({ op, value }: Condition, found: Json | undefined): boolean {
  switch (op) {
    case 'exists':
      return (found !== undefined) === value;
    case 'equals':
      return found === value;
    case 'in':
      return (value as readonly Json[]).includes(found ?? null);
    case 'prefix':
      return typeof found === 'string' && found.startsWith(String(value));
    case 'range': {
      const [from, to] = value as readonly [Json, Json];
      return (
        found !== undefined &&
        (from === null || compareJson(found, from) >= 0) &&
        (to === null || compareJson(found, to) <= 0)
      );
    }
  }
}

const textOf = (value: Json | undefined): string =>
  typeof value === 'string' ? value : JSON.stringify(value ?? null);

const compareJson = (a: Json | undefined, b: Json | undefined): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : compareText(textOf(a), textOf(b));
