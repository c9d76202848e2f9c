import {
  addIntegers,
  compareTimeOrder,
  type EffectiveEvent,
  type EntriesView,
  type EntryPlace,
  type FoldView,
  type JsonObject,
  type TallyDocument,
  type TallyView,
  type View,
} from '@rapport/kernel';
import type { Change, Park, StoredDocument, ViewRef, ViewStore } from '../ports/index.js';
import type { History } from '../resolve/history.js';
import type { ResolvedBatch } from './batch.js';
import { handledBy } from './handled-by.js';
import { historiesOf } from './refold.js';

/** What a batch does to one view. */
export interface ViewChanges {
  readonly changes: readonly Change[];
  readonly park: readonly Park[];
}

/** A view with the copy that is written, and its parked keys. */
export interface Target {
  readonly view: View;
  readonly ref: ViewRef;
  readonly parked: Map<string, Park>;
}

/** Turns a resolved batch into the changes of one view. */
export async function applyBatch(
  target: Target,
  batch: ResolvedBatch,
  store: ViewStore,
  history: History,
): Promise<ViewChanges> {
  const work = workOf(target.view, batch);
  const changes: Change[] = [];
  const park = new Map<string, Park>();
  for (const [key, { fresh, changed }] of work) {
    const parked = target.parked.get(key);
    if (parked === undefined) continue;
    park.set(key, { ...parked, waiting: parked.waiting + fresh.length + changed.length });
    work.delete(key);
  }
  const documents =
    target.view.shape === 'entries'
      ? new Map<string, StoredDocument>()
      : new Map((await store.load(target.ref, [...work.keys()])).map((document) => [document.key, document]));
  const late: string[] = [];
  const attempt = (key: string, change: () => readonly Change[] | undefined): void => {
    try {
      const made = change();
      if (made === undefined) late.push(key);
      else changes.push(...made);
    } catch (error) {
      park.set(key, parkedBy(key, work.get(key), error, batch));
    }
  };
  for (const [key, touched] of work)
    attempt(key, () => changesOf(target.view, key, touched, documents.get(key)));
  if (late.length > 0)
    for await (const [key, events] of historiesOf(target.view, late, batch, store, history))
      attempt(key, () =>
        events.length === 0 ? [{ op: 'delete', key }] : contentOfOwn(target.view, key, events),
      );
  for (const [key, parked] of park) target.parked.set(key, parked);
  return { changes, park: [...park.values()] };
}

/** What a batch does to one key; undefined when the key has to be folded again from its history. */
function changesOf(
  view: View,
  key: string,
  touched: Touched,
  stored: StoredDocument | undefined,
): readonly Change[] | undefined {
  switch (view.shape) {
    case 'entries':
      return entryChanges(view, key, touched);
    case 'tally':
      return [tallyChange(view, key, touched, stored)];
    case 'fold':
      return foldChange(view, key, touched, stored);
  }
}

function parkedBy(key: string, touched: Touched | undefined, error: unknown, { until }: ResolvedBatch): Park {
  const { fresh = [], changed = [] } = touched ?? {};
  const first = fresh[0] ?? changed[0]?.after ?? changed[0]?.before;
  return parkOf(key, first?.position ?? until, error, fresh.length + changed.length);
}

/** The content of one key from its whole history: what a replay, a refold after a repair and a rebuild must agree on. */
export function contentOfKey(view: View, key: string, events: readonly EffectiveEvent[]): readonly Change[] {
  const handled = handledBy(view);
  return contentOfOwn(
    view,
    key,
    events.filter((event) => handled.has(event.type) && view.keys(event).includes(key)),
  );
}

/** The content of one key from the events of its history that the view handles and keys there. */
export function contentOfOwn(view: View, key: string, own: readonly EffectiveEvent[]): readonly Change[] {
  switch (view.shape) {
    case 'entries':
      return own.map((event) => putEntry(view, event, key));
    case 'tally':
      return own.length === 0 ? [] : [tallyChange(view, key, { fresh: own, changed: [] }, undefined)];
    case 'fold':
      return own.length === 0 ? [] : [putFold(view, key, own, view.initial(key))];
  }
}

interface Touched<Events = readonly EffectiveEvent[]> {
  readonly fresh: Events;
  readonly changed: { before?: EffectiveEvent; after?: EffectiveEvent }[];
}

/** Which keys of a view a batch touches, and how. */
function workOf(view: View, batch: ResolvedBatch): Map<string, Touched<EffectiveEvent[]>> {
  const handled = handledBy(view);
  const work = new Map<string, Touched<EffectiveEvent[]>>();
  const touch = (key: string): Touched<EffectiveEvent[]> => {
    let touched = work.get(key);
    if (touched === undefined) work.set(key, (touched = { fresh: [], changed: [] }));
    return touched;
  };
  for (const event of batch.fresh)
    if (handled.has(event.type)) for (const key of view.keys(event)) touch(key).fresh.push(event);
  for (const { before, after } of batch.changed) {
    const keysBefore = before !== undefined && handled.has(before.type) ? view.keys(before) : [];
    const keysAfter = after !== undefined && handled.has(after.type) ? view.keys(after) : [];
    for (const key of keysBefore) touch(key).changed.push({ ...(before === undefined ? {} : { before }) });
    for (const key of keysAfter) touch(key).changed.push({ ...(after === undefined ? {} : { after }) });
  }
  return work;
}

const placeOf = ({ time, source, id, subject }: EffectiveEvent): EntryPlace => ({
  time,
  source,
  id,
  subject,
});

const putEntry = (view: EntriesView, event: EffectiveEvent, key: string): Change => ({
  op: 'putEntry',
  key,
  place: placeOf(event),
  entry: view.entry(event, key),
  position: event.position,
  recordedat: event.recordedat,
});

function entryChanges(view: EntriesView, key: string, { fresh, changed }: Touched): Change[] {
  const changes: Change[] = [];
  for (const { before } of changed)
    if (before !== undefined) changes.push({ op: 'deleteEntry', key, place: placeOf(before) });
  for (const { after } of changed) if (after !== undefined) changes.push(putEntry(view, after, key));
  for (const event of fresh) changes.push(putEntry(view, event, key));
  return changes;
}

/**
 * All increments are summed before the document changes, so that an event the view cannot digest leaves it as it was. It
 * is changed in place, not copied: it was loaded for this batch alone, and its counters may be many. Where there is none
 * yet, the sums are what becomes it.
 */
function tallyChange(
  view: TallyView,
  key: string,
  { fresh, changed }: Touched,
  stored: StoredDocument | undefined,
): Change {
  const sums = countersOf(undefined);
  const sum = (event: EffectiveEvent, sign: 1 | -1): void => {
    for (const [counter, value] of view.tally(event, key))
      sums[counter] = addIntegers(sums[counter] ?? 0, sign * value);
  };
  for (const { before, after } of changed) {
    if (before !== undefined) sum(before, -1);
    if (after !== undefined) sum(after, 1);
  }
  for (const event of fresh) sum(event, 1);
  const doc = stored === undefined ? sums : countersOf(stored.doc);
  for (const counter in sums) {
    const increment = sums[counter] as number | string;
    const value = doc === sums ? increment : addIntegers(doc[counter] ?? 0, increment);
    if (value === 0) delete doc[counter];
    else doc[counter] = value;
  }
  for (const _counter in doc) return putDocument(view, key, doc, '');
  return { op: 'delete', key };
}

/** Without a prototype every name is a counter like any other. */
const countersOf = (doc: JsonObject | undefined): Record<string, number | string> =>
  Object.setPrototypeOf(doc ?? Object.create(null), null) as Record<string, number | string>;

function foldChange(
  view: FoldView,
  key: string,
  { fresh, changed }: Touched,
  stored: StoredDocument | undefined,
): readonly Change[] | undefined {
  if (changed.length > 0) return undefined;
  const ordered = fresh.length === 1 ? fresh : fresh.toSorted(compareTimeOrder);
  const first = ordered[0] as EffectiveEvent;
  if (stored === undefined) return [putFold(view, key, ordered, view.initial(key))];
  if (compareTimeOrder(first, fenceOf(stored.fence)) > 0) return [putFold(view, key, ordered, stored.doc)];
  return undefined;
}

function putFold(view: FoldView, key: string, ordered: readonly EffectiveEvent[], from: JsonObject): Change {
  let doc = from;
  for (const event of ordered) doc = view.evolve(doc, event, key);
  const { time, source, id, subject } = ordered[ordered.length - 1] as EffectiveEvent;
  return putDocument(view, key, doc, JSON.stringify([time, source, id, subject]));
}

function putDocument(view: FoldView | TallyView, key: string, doc: JsonObject, fence: string): Change {
  const fields: Record<string, string | number | boolean> = {};
  for (const { name, of } of view.indexes) {
    const value = of(doc as JsonObject & TallyDocument);
    if (value !== undefined) fields[name] = value;
  }
  return { op: 'put', key, doc, fence, fields };
}

function fenceOf(fence: string): EntryPlace {
  const [time, source, id, subject] = JSON.parse(fence) as [string, string, string, string];
  return { time, source, id, subject };
}

/** Why a key is parked. */
export const parkOf = (key: string, position: bigint, error: unknown, waiting: number): Park => ({
  key,
  position,
  error: errorText(error),
  waiting,
});

/** What a view's failure says: its message without anything of the event, cut short. */
const errorText = (error: unknown): string =>
  (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, 300);
