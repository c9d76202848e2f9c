import { fromUtf8, toBase64 } from '../bytes.js';
import { refuse } from '../refusal.js';
import { ENTRY_BYTES_MAX } from '../tiles/entry-bundle.js';
import { sha256 } from '../tree/hash.js';
import { checkLeaf } from './check-leaf.js';
import { readLeaf } from './leaf-members.js';

/**
 * What the log holds of one event: commitments and addresses, never the payload, so that removing data or a key breaks no
 * proof. Hashes are 32 bytes.
 */
export interface Leaf {
  readonly tenant: string;
  /** The ledger's uuid of the event. */
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  /** RFC 3339, UTC, milliseconds. */
  readonly time: string;
  readonly recordedat: string;
  readonly actor?: string;
  readonly stream: string;
  readonly revision: number;
  /** Hash of the leaf before it in the same stream; null for revision 0 and only there. */
  readonly previous: Uint8Array | null;
  /** The event that this one corrects or voids. */
  readonly corrects?: string;
  /** `digestOf` the stored data. */
  readonly digest: Uint8Array;
  /** One for each encrypted part of the event; not there rather than empty. */
  readonly parts?: readonly LeafPart[];
}

/** A leaf whose digest may stand in standard base64 already, since that is how it is written: see {@link digestText}. */
export type LeafToWrite = Omit<Leaf, 'digest'> & { readonly digest: Uint8Array | string };

/** What the log holds of one encrypted part. */
export interface LeafPart {
  /** Whose data it is. */
  readonly subject: string;
  readonly keyid: string;
  /** Digest of the ciphertext. */
  readonly digest: Uint8Array;
  /** Commitment to the key: no second key opens the part. */
  readonly commitment: Uint8Array;
}

/**
 * The bytes of a leaf: canonical JSON with the members of {@link Leaf}, hashes in standard base64, and `v` 1.
 *
 * Source: RFC 8785.
 * @throws Refusal as {@link parseLeaf}: what could not be read back is not written
 * @example formatLeaf(leaf)
 */
export const formatLeaf = (leaf: LeafToWrite): Uint8Array => Buffer.from(textOfLeaf(leaf));

/**
 * The hash of a leaf in the tree: that of {@link formatLeaf}, without making the bytes.
 *
 * Source: RFC 6962, section 2.1; RFC 8785.
 * @throws Refusal as {@link formatLeaf}
 * @example tree.append(hashOfLeaf(leaf))
 */
export const hashOfLeaf = (leaf: LeafToWrite): Uint8Array => sha256(`\u0000${textOfLeaf(leaf)}`);

/**
 * Reads the bytes of a leaf strictly: every member known and of its type, and the bytes exactly those that
 * {@link formatLeaf} writes, so that one leaf has one hash.
 *
 * Source: RFC 8785; duplicate keys show as bytes that are not canonical.
 * @throws Refusal `malformed`, `too-large` or `not-canonical`
 * @example parseLeaf(bytes).revision
 */
export function parseLeaf(bytes: Uint8Array): Leaf {
  if (bytes.length > ENTRY_BYTES_MAX) tooLarge();
  const text = fromUtf8(bytes, 'the leaf');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse('malformed', 'the leaf is not JSON');
  }
  const leaf = readLeaf(value);
  if (textOfLeaf(leaf) !== text) refuse('not-canonical', 'the leaf is not written in canonical JSON');
  return leaf;
}

/**
 * The text of a leaf, its members in the order of RFC 8785. Values are texts, integers and lists, which JSON.stringify
 * writes as that RFC wants them (it took its rules from ECMAScript); most texts need no more than quotes, and times, which
 * have been checked, never do. Every event
 * pays for this: sorting and stringifying an object takes ten times as long.
 */
function textOfLeaf(leaf: LeafToWrite): string {
  checkLeaf(leaf);
  const { actor, corrects, parts, previous } = leaf;
  const digest = typeof leaf.digest === 'string' ? leaf.digest : toBase64(leaf.digest);
  const stream = quoted(leaf.stream);
  const subject = leaf.subject === leaf.stream ? stream : quoted(leaf.subject);
  let text = '{';
  if (actor !== undefined) text += `"actor":${quoted(actor)},`;
  if (corrects !== undefined) text += `"corrects":${quoted(corrects)},`;
  text += `"digest":"${digest}","id":${quoted(leaf.id)},`;
  if (parts !== undefined) text += `"parts":[${parts.map(textOfPart).join(',')}],`;
  text += `"previous":${previous === null ? 'null' : `"${toBase64(previous)}"`}`;
  text += `,"recordedat":"${leaf.recordedat}","revision":${leaf.revision},"source":${quoted(leaf.source)}`;
  text += `,"stream":${stream},"subject":${subject},"tenant":${quoted(leaf.tenant)}`;
  text += `,"time":"${leaf.time}","type":${quoted(leaf.type)},"v":1}`;
  if (text.length * UTF8_BYTES_PER_UNIT_MAX > ENTRY_BYTES_MAX && Buffer.byteLength(text) > ENTRY_BYTES_MAX)
    tooLarge();
  return text;
}

const textOfPart = ({ commitment, digest, keyid, subject }: LeafPart): string =>
  `{"commitment":"${toBase64(commitment)}","digest":"${toBase64(digest)}","keyid":${quoted(keyid)},"subject":${quoted(subject)}}`;

const ESCAPED = /["\\\u0000-\u001f\u2028\u2029\ud800-\udfff]/;
const quoted = (text: string): string => (ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`);

const UTF8_BYTES_PER_UNIT_MAX = 3;

const tooLarge = (): never => refuse('too-large', `a leaf has at most ${ENTRY_BYTES_MAX} bytes`);
