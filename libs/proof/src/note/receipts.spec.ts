import { describe, expect, it } from '@jest/globals';
import {
  cosigner,
  decideCosigning,
  formatSignature,
  formatTlogProof,
  formatWitnessRequest,
  leafHash,
  logPolicy,
  noteKeyPair,
  noteSigner,
  noteVerifier,
  openWitnessedCheckpoint,
  parsePolicy,
  parseTlogProof,
  parseWitnessRequest,
  planConsistency,
  planInclusion,
  planRoot,
  signCheckpoint,
  storedHashIndex,
  TreeBuilder,
  verifyTlogProof,
  type NodeAddress,
  type TreeHead,
} from '../index.js';

const ORIGIN = 'example.com/acme';
const LOG = noteKeyPair(ORIGIN, Buffer.alloc(32, 1));
const WITNESSES = [2, 3, 4].map((byte) =>
  noteKeyPair(`witness.example/w${byte}`, Buffer.alloc(32, byte), 'cosignature'),
);
const LEAVES = Array.from({ length: 20 }, (_, index) => Buffer.from(`leaf ${index}`));
const tree = new TreeBuilder();
const STORED = LEAVES.flatMap((leaf) => tree.append(leafHash(leaf)));
const read = (nodes: readonly NodeAddress[]): readonly Uint8Array[] =>
  nodes.map((node) => STORED[storedHashIndex(node)]!);

const headOf = (size: number): TreeHead => ({
  size,
  root: planRoot(size).assemble(read(planRoot(size).nodes)),
});
const checkpointOf = (size: number): Uint8Array =>
  signCheckpoint({ origin: ORIGIN, ...headOf(size) }, noteSigner(LOG.signerKey));
const textOf = (checkpoint: Uint8Array): string =>
  Buffer.from(checkpoint).toString().split('\n\n')[0]! + '\n';

function cosignedBy(checkpoint: Uint8Array, ...places: readonly number[]): Uint8Array {
  const lines = places.map((place) =>
    formatSignature(cosigner(WITNESSES[place]!.signerKey).cosign(textOf(checkpoint), 1_700_000_000 + place)),
  );
  return Buffer.concat([checkpoint, Buffer.from(lines.join(''))]);
}

const refused = (code: string): Error =>
  expect.objectContaining({ name: 'Refusal', code }) as unknown as Error;

describe('a receipt', () => {
  const checkpoint = checkpointOf(20);
  const proof = planInclusion(7, 20).assemble(read(planInclusion(7, 20).nodes));
  const receipt = formatTlogProof({ index: 7, proof, checkpoint });
  const policy = logPolicy(LOG.verifierKey);

  it('proves exactly its leaf', () => {
    const proven = verifyTlogProof(receipt, LEAVES[7]!, policy);
    expect(proven).toMatchObject({ index: 7, checkpoint: { origin: ORIGIN, size: 20 } });
    expect(() => verifyTlogProof(receipt, LEAVES[8]!, policy)).toThrow(refused('bad-proof'));
  });

  it('is what the specification shows', () => {
    expect(Buffer.from(receipt).toString()).toMatch(
      /^c2sp\.org\/tlog-proof@v1\nindex 7\n([A-Za-z0-9+/]{43}=\n){5}\nexample\.com\/acme\n20\n/,
    );
    const extra = Buffer.from('more');
    const longer = formatTlogProof({ index: 7, proof, checkpoint, extra });
    expect(parseTlogProof(longer)).toEqual({ index: 7, proof, checkpoint, extra });
    expect(parseTlogProof(receipt).extra).toBeUndefined();
  });

  it.each([
    ['another header', (text: string) => text.replace('@v1', '@v2')],
    ['no index', (text: string) => text.replace('index 7\n', '')],
    ['a leading zero', (text: string) => text.replace('index 7', 'index 07')],
    ['a carriage return', (text: string) => text.replace('index 7\n', 'index 7\r\n')],
    ['bad base64', (text: string) => text.replace('=\n', '\n')],
    ['a hash too many', (text: string) => text.replace('index 7\n', `index 7\n${'A'.repeat(43)}=\n`)],
    [
      '64 hashes',
      (text: string) => text.replace('index 7\n', `index 7\n${`${'A'.repeat(43)}=\n`.repeat(60)}`),
    ],
    ['no checkpoint', (text: string) => text.slice(0, text.indexOf('\n\n') + 2)],
    ['another index', (text: string) => text.replace('index 7', 'index 6')],
    ['an index beyond the log', (text: string) => text.replace('index 7', 'index 20')],
    ['extra data twice', (text: string) => text.replace('index', 'extra AAAA\nextra AAAA\nindex')],
  ])('is refused with %s', (_, change) => {
    const changed = Buffer.from(change(Buffer.from(receipt).toString()));
    expect(() => verifyTlogProof(changed, LEAVES[7]!, policy)).toThrow(
      expect.objectContaining({ name: 'Refusal' }) as unknown as Error,
    );
  });
});

describe('a policy', () => {
  const names = ['a', 'b', 'c'];
  const known = names.map((name, place) => `witness ${name} ${WITNESSES[place]!.verifierKey}\n`).join('');
  const policyOf = (rest: string) =>
    parsePolicy(Buffer.from(`# ours\nlog ${LOG.verifierKey} https://log.example\n\n${known}${rest}`));
  const checkpoint = checkpointOf(20);

  it('asks for a quorum', () => {
    const twoOfThree = policyOf('group all-of-us 2 a b c\nquorum all-of-us\n');
    expect(openWitnessedCheckpoint(cosignedBy(checkpoint, 0, 2), twoOfThree).witnesses).toEqual([
      { name: 'a', timeSeconds: 1_700_000_000 },
      { name: 'c', timeSeconds: 1_700_000_002 },
    ]);
    const tooFew = cosignedBy(checkpoint, 1, 1);
    expect(() => openWitnessedCheckpoint(tooFew, twoOfThree)).toThrow(refused('quorum-not-met'));
  });

  it('asks by groups of groups', () => {
    const nested = policyOf('group\tone  any a b\ngroup both all one c\nquorum both\n');
    expect(openWitnessedCheckpoint(cosignedBy(checkpoint, 1, 2), nested).witnesses).toHaveLength(2);
    expect(() => openWitnessedCheckpoint(cosignedBy(checkpoint, 0, 1), nested)).toThrow(
      refused('quorum-not-met'),
    );
  });

  it('may ask for nobody, and never takes a witness for a log', () => {
    const nobody = policyOf('quorum none\n');
    expect(openWitnessedCheckpoint(checkpoint, nobody).witnesses).toEqual([]);
    const noLog = parsePolicy(Buffer.from(`${known}quorum a\n`));
    expect(() => openWitnessedCheckpoint(cosignedBy(checkpoint, 0), noLog)).toThrow(refused('unknown-key'));
  });

  it.each([
    ['no quorum', ''],
    ['two quorums', 'quorum a\nquorum a\n'],
    ['an unknown name', 'quorum d\n'],
    ['a group after its use', 'quorum g\ngroup g any a\n'],
    ['a member twice', 'group g any a a\nquorum g\n'],
    ['a member of two groups', 'group g any a\ngroup h any a\nquorum g\n'],
    ['a group of nobody', 'group g any\nquorum a\n'],
    ['none as a member', 'group g any none\nquorum g\n'],
    ['a count of zero', 'group g 0 a\nquorum g\n'],
    ['a count too large', 'group g 3 a b\nquorum g\n'],
    ['a name twice', 'group a any b\nquorum a\n'],
    ['a key twice', `witness d ${WITNESSES[0]!.verifierKey}\nquorum a\n`],
    ['a log key for a witness', `witness d ${LOG.verifierKey}\nquorum a\n`],
    ['an unknown word', 'quorums a\n'],
    ['a last line that may be cut off', 'quorum a'],
    ['a carriage return', 'quorum a\r\n'],
  ])('is refused with %s', (_, rest) => {
    expect(() => policyOf(rest)).toThrow(refused('malformed'));
  });
});

describe('a witness', () => {
  const log = noteVerifier(LOG.verifierKey);
  const proofOf = (from: number, to: number): readonly Uint8Array[] =>
    planConsistency(from, to).assemble(read(planConsistency(from, to).nodes));
  const request = (from: number, to: number) => ({
    oldSize: from,
    proof: from === 0 ? [] : proofOf(from, to),
    checkpoint: checkpointOf(to),
  });

  it('cosigns a first head and every head that extends it', () => {
    const first = decideCosigning(undefined, request(0, 5), log);
    expect(first).toEqual({ kind: 'cosign', next: headOf(5), text: textOf(checkpointOf(5)) });
    expect(decideCosigning(headOf(5), request(5, 20), log)).toMatchObject({ kind: 'cosign' });
    expect(decideCosigning(headOf(5), request(5, 5), log)).toMatchObject({ kind: 'cosign' });
  });

  it('tells a log that starts from elsewhere what it knows', () => {
    expect(decideCosigning(headOf(7), request(5, 20), log)).toEqual({ kind: 'conflict', knownSize: 7 });
    expect(decideCosigning(headOf(7), request(0, 5), log)).toEqual({ kind: 'conflict', knownSize: 7 });
    expect(decideCosigning(undefined, request(5, 20), log)).toEqual({ kind: 'conflict', knownSize: 0 });
  });

  it('refuses to go back', () => {
    const back = { ...request(0, 5), oldSize: 7 };
    expect(decideCosigning(headOf(7), back, log)).toMatchObject({ kind: 'refused', code: 'out-of-range' });
  });

  it('calls two signed roots of one size a fork', () => {
    const forked = { size: 5, root: headOf(6).root };
    expect(decideCosigning(forked, request(5, 5), log)).toMatchObject({ kind: 'fork' });
  });

  it('cosigns nothing that does not extend what it has seen', () => {
    const forked = { size: 5, root: headOf(6).root };
    const refusals = [
      decideCosigning(forked, request(5, 20), log),
      decideCosigning(headOf(5), { ...request(5, 20), proof: [] }, log),
      decideCosigning(undefined, { ...request(0, 20), proof: proofOf(5, 20) }, log),
    ];
    for (const one of refusals) expect(one).toMatchObject({ kind: 'refused', code: 'bad-proof' });
    const stranger = noteVerifier(noteKeyPair(ORIGIN, Buffer.alloc(32, 9)).verifierKey);
    expect(decideCosigning(undefined, request(0, 5), stranger)).toMatchObject({ code: 'unknown-key' });
  });

  it('is asked in the form of the specification', () => {
    const asked = request(5, 20);
    expect(parseWitnessRequest(formatWitnessRequest(asked))).toEqual(asked);
    for (const text of ['', 'old 5', 'old 05\n\nx\n', 'new 5\n\nx\n', 'old 5\nAAA\n\nx\n'])
      expect(() => parseWitnessRequest(Buffer.from(text))).toThrow(refused('malformed'));
  });
});
