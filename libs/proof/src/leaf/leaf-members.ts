import { refuse } from '../refusal.js';
import type { Leaf, LeafPart } from './leaf.js';

type Members = { readonly [member: string]: unknown };

const LEAF_MEMBERS = new Set([
  'v',
  'tenant',
  'id',
  'source',
  'type',
  'subject',
  'time',
  'recordedat',
  'actor',
  'stream',
  'revision',
  'previous',
  'corrects',
  'digest',
  'parts',
]);
const PART_MEMBERS = new Set(['subject', 'keyid', 'digest', 'commitment']);
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
/** Times on days that every month has: most, and known without a calendar. */
const PLAIN_TIME =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;
/** Standard base64 of 32 bytes: the last character has two bits that must be zero. */
const HASH = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;

/** Reads the members of a leaf out of parsed JSON. @throws Refusal `malformed` */
export function readLeaf(value: unknown): Leaf {
  const members = membersOf(value, LEAF_MEMBERS, 'the leaf');
  if (members['v'] !== 1) refuse('malformed', 'the leaf is of another version');
  const revision = members['revision'];
  if (typeof revision !== 'number' || !Number.isSafeInteger(revision) || revision < 0)
    return refuse('malformed', 'revision is not an integer from 0');
  const previous = members['previous'] === null ? null : hashOf(members, 'previous');
  if ((revision === 0) !== (previous === null))
    refuse('malformed', 'the first leaf of a stream, and no other, has no previous one');
  return {
    tenant: textOf(members, 'tenant'),
    id: textOf(members, 'id'),
    source: textOf(members, 'source'),
    type: textOf(members, 'type'),
    subject: textOf(members, 'subject'),
    time: timeOf(members, 'time'),
    recordedat: timeOf(members, 'recordedat'),
    ...(members['actor'] === undefined ? {} : { actor: textOf(members, 'actor') }),
    stream: textOf(members, 'stream'),
    revision,
    previous,
    ...(members['corrects'] === undefined ? {} : { corrects: textOf(members, 'corrects') }),
    digest: hashOf(members, 'digest'),
    ...(members['parts'] === undefined ? {} : { parts: partsOf(members['parts']) }),
  };
}

function partsOf(value: unknown): readonly LeafPart[] {
  if (!Array.isArray(value) || value.length === 0) return refuse('malformed', 'parts is not a list of parts');
  return value.map((one: unknown) => {
    const members = membersOf(one, PART_MEMBERS, 'a part');
    return {
      subject: textOf(members, 'subject'),
      keyid: textOf(members, 'keyid'),
      digest: hashOf(members, 'digest'),
      commitment: hashOf(members, 'commitment'),
    };
  });
}

function membersOf(value: unknown, known: ReadonlySet<string>, what: string): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refuse('malformed', `${what} is not an object`);
  for (const name of Object.keys(value))
    if (!known.has(name)) refuse('malformed', `${what} has a member that is not known`);
  return value as Members;
}

function textOf(members: Members, name: string): string {
  const value = members[name];
  if (typeof value !== 'string' || value === '' || !value.isWellFormed())
    return refuse('malformed', `${name} is not a text`);
  return value;
}

function timeOf(members: Members, name: string): string {
  const value = textOf(members, name);
  if (PLAIN_TIME.test(value)) return value;
  // The Date of an impossible day is another day, or none.
  const date = new Date(TIME.test(value) ? value : Number.NaN);
  if (Number.isNaN(date.getTime()) || date.toISOString() !== value)
    refuse('malformed', `${name} is not a time in UTC with milliseconds`);
  return value;
}

function hashOf(members: Members, name: string): Uint8Array {
  const value = members[name];
  if (typeof value !== 'string' || !HASH.test(value))
    return refuse('malformed', `${name} is not the base64 of a hash`);
  return Buffer.from(value, 'base64');
}
