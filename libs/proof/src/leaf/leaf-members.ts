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
/** Standard base64 of 32 bytes: the last character has two bits that must be zero. */
const HASH = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;

/**
 * Takes the members of a leaf out of parsed JSON: every one known, and of its type. What they say is checked by
 * `checkLeaf`, as it is before a leaf is written.
 * @throws Refusal `malformed`
 */
export function readLeaf(value: unknown): Leaf {
  const members = membersOf(value, LEAF_MEMBERS, 'the leaf');
  if (members['v'] !== 1) refuse('malformed', 'the leaf is of another version');
  const revision = members['revision'];
  if (typeof revision !== 'number') return refuse('malformed', 'revision is not a number');
  return {
    tenant: textOf(members, 'tenant'),
    id: textOf(members, 'id'),
    source: textOf(members, 'source'),
    type: textOf(members, 'type'),
    subject: textOf(members, 'subject'),
    time: textOf(members, 'time'),
    recordedat: textOf(members, 'recordedat'),
    ...(members['actor'] === undefined ? {} : { actor: textOf(members, 'actor') }),
    stream: textOf(members, 'stream'),
    revision,
    previous: members['previous'] === null ? null : hashOf(members, 'previous'),
    ...(members['corrects'] === undefined ? {} : { corrects: textOf(members, 'corrects') }),
    digest: hashOf(members, 'digest'),
    ...(members['parts'] === undefined ? {} : { parts: partsOf(members['parts']) }),
  };
}

function partsOf(value: unknown): readonly LeafPart[] {
  if (!Array.isArray(value)) return refuse('malformed', 'parts is not a list of parts');
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
  return typeof value === 'string' ? value : refuse('malformed', `${name} is not a text`);
}

function hashOf(members: Members, name: string): Uint8Array {
  const value = members[name];
  if (typeof value !== 'string' || !HASH.test(value))
    return refuse('malformed', `${name} is not the base64 of a hash`);
  return Buffer.from(value, 'base64');
}
