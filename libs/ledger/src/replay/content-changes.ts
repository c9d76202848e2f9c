import {
  canonicalJson,
  compareTimeOrder,
  memberChanges,
  type EntryPlace,
  type Json,
  type MemberChange,
} from '@rapport/kernel';
import type { KeyContent, ReplayedItem } from './key-content.js';

/** How one document or entry differs between two standpoints. */
export type ContentChange = {
  readonly key: string;
  /** Which entry, where the view has entries: its identity. */
  readonly subject?: string;
  readonly source?: string;
  readonly id?: string;
} & (
  | { readonly change: 'added'; readonly after: Json }
  | { readonly change: 'removed'; readonly before: Json }
  /** Pointers are into the document, or into `{ time, entry }`. */
  | { readonly change: 'changed'; readonly members: readonly MemberChange[] }
);

/**
 * How two contents of one key differ, entries in their own time (the later standpoint's where both have them). An entry is
 * the same one when subject, source and id are, whatever its time: a correction may move it.
 */
export function contentChanges(
  before: KeyContent | undefined,
  after: KeyContent | undefined,
): readonly ContentChange[] {
  const left = byIdentity(before);
  const right = byIdentity(after);
  const items = [
    ...right.values(),
    ...[...left].filter(([name]) => !right.has(name)).map(([, item]) => item),
  ];
  return items
    .sort(comparePlaces)
    .flatMap((item) => changeOf(item, left.get(identityOf(item)), right.get(identityOf(item))));
}

function changeOf(
  item: ReplayedItem,
  before: ReplayedItem | undefined,
  after: ReplayedItem | undefined,
): readonly ContentChange[] {
  const which =
    'doc' in item
      ? { key: item.key }
      : { key: item.key, subject: item.subject, source: item.source, id: item.id };
  if (before === undefined)
    return after === undefined ? [] : [{ ...which, change: 'added', after: saysOf(after) }];
  if (after === undefined) return [{ ...which, change: 'removed', before: saysOf(before) }];
  if (canonicalJson(saysOf(before)) === canonicalJson(saysOf(after))) return [];
  return [{ ...which, change: 'changed', members: memberChanges(saysOf(before), saysOf(after)) }];
}

const byIdentity = (content: KeyContent | undefined): ReadonlyMap<string, ReplayedItem> =>
  new Map((content?.items ?? []).map((item) => [identityOf(item), item]));

const identityOf = (item: ReplayedItem): string =>
  'doc' in item ? '' : JSON.stringify([item.subject, item.source, item.id]);

const saysOf = (item: ReplayedItem): Json =>
  'doc' in item ? item.doc : { time: item.time, entry: item.entry };

const NOWHERE: EntryPlace = { time: '', source: '', id: '', subject: '' };
const placeOf = (item: ReplayedItem): EntryPlace => ('doc' in item ? NOWHERE : item);
const comparePlaces = (a: ReplayedItem, b: ReplayedItem): number => compareTimeOrder(placeOf(a), placeOf(b));
