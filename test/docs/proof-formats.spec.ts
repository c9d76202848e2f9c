import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { digestOfParts } from '@rapport/privacy';
import {
  cosigner,
  digestOf,
  EMPTY_MAP_ROOT,
  formatEntryBundle,
  formatLeaf,
  formatMapProof,
  formatNote,
  formatTlogProof,
  leafHash,
  nodeHash,
  noteKeyPair,
  noteSigner,
  parseNote,
  proveKey,
  readNodes,
  signCheckpoint,
  updateMap,
  type Leaf,
} from '@rapport/proof';
import { ROOT } from './started-command.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

const FIRST: Leaf = {
  tenant: 'acme',
  id: '0197a2b4-0000-7000-8000-000000000001',
  source: 'urn:example:shop',
  type: 'rapport.inquiry.InquiryReceived.v1',
  subject: 'relationship/c-1',
  time: '2026-01-31T12:00:00.000Z',
  recordedat: '2026-01-31T12:00:01.000Z',
  stream: 'relationship/c-1',
  revision: 0,
  previous: null,
  digest: digestOf(Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex'), Buffer.from('{"topic":"prices"}')),
};
const PARTS = {
  subject: 'c-1',
  keyid: 'pJ3xQ2',
  commitment: Buffer.alloc(32, 5).toString('base64url'),
  fields: { '/text': Buffer.alloc(30, 6).toString('base64url') },
};

/** One of everything, made by the library from fixed inputs. */
function vectors(): Record<string, string> {
  const partsDigest = digestOfParts(PARTS);
  const second: Leaf = {
    ...FIRST,
    id: '0197a2b4-0000-7000-8000-000000000002',
    type: 'rapport.inquiry.InquiryAnswered.v1',
    actor: 'staff/7',
    recordedat: '2026-01-31T12:05:00.000Z',
    revision: 1,
    previous: leafHash(formatLeaf(FIRST)),
    parts: [{ subject: 'c-1', keyid: PARTS.keyid, digest: partsDigest, commitment: Buffer.alloc(32, 5) }],
  };
  const leaves = [formatLeaf(FIRST), formatLeaf(second)];
  const [one, two] = leaves.map(leafHash) as [Uint8Array, Uint8Array];
  const origin = 'rapport.local/acme';
  const log = noteKeyPair(origin, Buffer.alloc(32, 1));
  const witness = noteKeyPair('witness.example/w1', Buffer.alloc(32, 2), 'cosignature');
  const checkpoint = signCheckpoint({ origin, size: 2, root: nodeHash(one, two) }, noteSigner(log.signerKey));
  const note = parseNote(checkpoint);
  const cosignature = cosigner(witness.signerKey).cosign(note.text, 1_769_860_800);
  const cosigned = formatNote({ text: note.text, signatures: [...note.signatures, cosignature] });
  const nodes = new Map<string, Uint8Array>();
  const read = (hash: Uint8Array): Uint8Array | undefined => nodes.get(hex(hash));
  const value = { count: 2, head: two };
  const key = Buffer.from('c-1');
  const grown = readNodes(
    updateMap(EMPTY_MAP_ROOT, [
      [key, value],
      [Buffer.from('c-2'), { count: 1, head: one }],
    ]),
    read,
  );
  for (const { hash, bytes } of grown.written) nodes.set(hex(hash), bytes);
  return {
    dataDigest: hex(FIRST.digest),
    partsDigest: hex(partsDigest),
    firstLeaf: text(leaves[0]!),
    firstLeafHash: hex(one),
    secondLeaf: text(leaves[1]!),
    secondLeafHash: hex(two),
    root: hex(nodeHash(one, two)),
    verifierKey: log.verifierKey,
    witnessKey: witness.verifierKey,
    checkpoint: text(checkpoint),
    cosigned: text(cosigned),
    receipt: text(formatTlogProof({ index: 0, proof: [two], checkpoint })),
    tile: hex(Buffer.concat([one, two])),
    entriesStart: hex(formatEntryBundle(leaves).subarray(0, 12)),
    emptyMapRoot: hex(EMPTY_MAP_ROOT),
    mapRoot: hex(grown.root),
    mapProof: hex(formatMapProof(readNodes(proveKey(grown.root, key), read))),
  };
}

describe('the reference of the formats', () => {
  const page = readFileSync(join(ROOT, 'docs', 'reference', 'proof-formats.md'), 'utf8');
  const golden = JSON.parse(
    readFileSync(join(ROOT, 'test', 'golden', 'proof', 'vectors.json'), 'utf8'),
  ) as Record<string, string>;

  it('has vectors that the library makes byte for byte', () => {
    expect(vectors()).toEqual(golden);
  });

  it.each(Object.entries(golden))('shows the vector %s', (_name, value) => {
    expect(page).toContain(value);
  });
});
