import { RapportError, type JsonObject } from '@rapport/kernel';
import type { Change, Park, StoredDocument } from '@rapport/ledger';
import { orderedId } from './ordered-ids.js';
import type { Copy } from './view-catalogue.js';
import { fieldOf, type FieldValue, type KeptDocument } from './view-collections.js';

/** What a document holds beside its `_id` and the number of its write. */
export type Body = Omit<KeptDocument, '_id' | 'w'>;

/** What a write leaves under one `_id`. */
export interface Put {
  /** The copy; 0 for the list of parked keys. */
  readonly copy: number;
  readonly id: string;
  readonly body: Body;
}

/** The list of parked keys, where a {@link Put} names a copy. */
export const PARKED = 0;

/** MongoDB takes 16 MiB a document; the rest is for what stands beside the text. */
const TEXT_BYTES_MAX = 15 * 1_048_576;

const GONE: Body = { gone: true };

/** The changes of a copy as what they leave behind: the last of each key or place. */
export function putsOf(copy: Copy, changes: readonly Change[], position: bigint): readonly Put[] {
  const bodies = new Map<string, Body>();
  for (const change of changes) bodies.set(idOf(change), bodyOf(copy, change, position));
  return Array.from(bodies, ([id, body]) => ({ copy: copy.id, id, body }));
}

function idOf(change: Change): string {
  if (change.op === 'put' || change.op === 'delete') return change.key;
  const { time, source, id, subject } = change.place;
  return orderedId([change.key, time, source, id, subject]);
}

function bodyOf(copy: Copy, change: Change, position: bigint): Body {
  switch (change.op) {
    case 'delete':
    case 'deleteEntry':
      return GONE;
    case 'put':
      return {
        d: textOf(copy, change.doc),
        p: position,
        fence: change.fence,
        ...fieldsOf(copy, change.fields),
      };
    case 'putEntry':
      return {
        d: textOf(copy, change.entry),
        p: change.position,
        r: change.recordedat,
        ...fieldsOf(copy, change.entry),
      };
  }
}

export const parkPut = (copy: Copy, park: Park): Put => ({
  copy: PARKED,
  id: parkedId(copy, park.key),
  body: {
    d: JSON.stringify({ ...park, position: undefined }),
    p: park.position,
  },
});

export const unparkPut = (copy: Copy, key: string): Put => ({
  copy: PARKED,
  id: parkedId(copy, key),
  body: GONE,
});

/** Parked keys of one copy stand side by side, in the order of their keys. */
const parkedId = ({ id }: Copy, key: string): string => orderedId([String(id), key]);

function textOf(copy: Copy, doc: JsonObject): string {
  const text = JSON.stringify(doc);
  if (text.length <= TEXT_BYTES_MAX / 3 || Buffer.byteLength(text) <= TEXT_BYTES_MAX) return text;
  throw new RapportError(
    'LIMIT_EXCEEDED',
    `A document of the view ${copy.name} has grown beyond ${TEXT_BYTES_MAX} bytes, and MongoDB keeps none of that size: let the view keep less under one key.`,
    { facts: { view: copy.name } },
  );
}

function fieldsOf(copy: Copy, values: JsonObject): Readonly<Record<`f${number}`, FieldValue>> {
  const fields: Record<`f${number}`, FieldValue> = {};
  copy.fields.forEach(({ name, type }, index) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined || value === null || typeof value === 'object') return;
    fields[fieldOf(index)] = copy.shape !== 'entries' && type === 'integer' ? integerOf(name, value) : value;
  });
  return fields;
}

const INTEGER = /^-?\d{1,19}$/;

/** An integer as 64 bits, also one that a document holds as text; what is no integer stays what it is. */
export function integerOf(name: string, value: string | number | boolean): FieldValue {
  const isInteger = typeof value === 'string' ? INTEGER.test(value) : Number.isSafeInteger(value);
  if (!isInteger) return value;
  const integer = BigInt(value);
  if (BigInt.asIntN(64, integer) === integer) return integer;
  throw new RapportError('NUMBER_NOT_EXACT', `The field ${name} holds an integer beyond 64 bits.`);
}

export const documentOf = ({ _id, d = '{}', p = 0n, fence = '' }: KeptDocument): StoredDocument => ({
  key: _id,
  doc: JSON.parse(d) as JsonObject,
  position: p,
  fence,
});
