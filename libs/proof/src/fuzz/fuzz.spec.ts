import { describe, expect, it } from '@jest/globals';
import {
  decideCosigning,
  EMPTY_MAP_ROOT,
  entryBundlePath,
  formatEntryBundle,
  formatMapProof,
  formatTlogProof,
  formatWitnessRequest,
  leafHash,
  logPolicy,
  newTiles,
  nodesOfTile,
  noteKeyPair,
  noteVerifier,
  openWitnessedCheckpoint,
  parseMapProof,
  parsePolicy,
  parseVerifierKey,
  parseWitnessRequest,
  proveKey,
  readNodes,
  Refusal,
  tilePath,
  updateMap,
  verifyConsistency,
  verifyInclusion,
  verifyLog,
  verifyMapProof,
  verifyTlogProof,
  type MapNode,
} from '../index.js';
import { genuineLog, ORIGIN, SIZE, WITNESS } from './genuine-log.js';
import { mutantsFrom } from './mutants.js';

const SEED = 20_240_131;

const { random, pick, damaged, damagedHashes } = mutantsFrom(SEED);

const keysOf = (byte: number) => noteKeyPair(ORIGIN, Buffer.alloc(32, byte));
const [LOG, STRANGER] = [keysOf(1), keysOf(2)];
const POLICY = parsePolicy(
  Buffer.from(`log ${LOG.verifierKey}\nwitness w ${WITNESS.verifierKey}\nquorum w\n`),
);

const own = genuineLog('acme', LOG.signerKey);
const foreign = genuineLog('other', STRANGER.signerKey);

interface Target {
  readonly name: string;
  readonly mutants: number;
  /** Checks something genuine, or a mutant of it. */
  readonly check: (genuine: boolean) => unknown;
}

const either = <T>(genuine: boolean, value: T, damage: (value: T) => T): T =>
  genuine ? value : damage(value);

const nodes = new Map<string, MapNode>();
const mapKey = (name: number) => Buffer.from(`key ${name}`);
const mapUpdate = readNodes(
  updateMap(
    EMPTY_MAP_ROOT,
    Array.from({ length: 60 }, (_, name) => [mapKey(name), { count: 1, head: Buffer.alloc(32) }] as const),
  ),
  () => undefined,
);
for (const node of mapUpdate.written) nodes.set(Buffer.from(node.hash).toString('hex'), node);
const mapProof = (name: number) =>
  formatMapProof(
    readNodes(
      proveKey(mapUpdate.root, mapKey(name)),
      (hash) => nodes.get(Buffer.from(hash).toString('hex'))?.bytes,
    ),
  );

const files = new Map<string, Uint8Array>([['checkpoint', own.checkpointAt(SIZE)]]);
for (const tile of newTiles(0, SIZE)) {
  files.set(tilePath(tile), Buffer.concat(own.read(nodesOfTile(tile))));
  files.set(entryBundlePath(tile), formatEntryBundle(own.leaves));
}

const TARGETS: readonly Target[] = [
  {
    name: 'inclusion proofs',
    mutants: 30_000,
    check: (genuine) => {
      const index = random(SIZE);
      const proof = own.inclusion(index);
      const leaf = leafHash(own.leaves[index]!);
      const root = own.rootAt(SIZE);
      const inclusion = { index, size: SIZE, leaf, proof };
      if (genuine) return verifyInclusion(inclusion, root);
      const change = pick([
        { proof: damagedHashes(proof) },
        { index: (index + 1 + random(SIZE - 1)) % SIZE },
        { index: pick([-1, 0.5, Number.NaN, SIZE, 2 ** 53, Infinity]) },
        { size: pick([0, -1, Number.NaN, 2 ** (7 + random(46)), Number.MAX_SAFE_INTEGER, Infinity]) },
        { leaf: leafHash(foreign.leaves[index]!) },
        { leaf: root },
        { proof: foreign.inclusion(index) },
      ]);
      return verifyInclusion({ ...inclusion, ...change }, random(10) === 0 ? foreign.rootAt(SIZE) : root);
    },
  },
  {
    name: 'consistency proofs',
    mutants: 20_000,
    check: (genuine) => {
      const to = 2 + random(SIZE - 1);
      const from = 1 + random(to - 1);
      const [older, newer] = [
        { size: from, root: own.rootAt(from) },
        { size: to, root: own.rootAt(to) },
      ];
      const proof = own.growth(from, to);
      if (genuine) return verifyConsistency(older, newer, proof);
      const fork = foreign.rootAt(to);
      return pick([
        () => verifyConsistency(older, newer, damagedHashes(proof)),
        () => verifyConsistency(newer, older, proof),
        () => verifyConsistency(older, { ...newer, root: fork }, proof),
        () => verifyConsistency({ ...older, root: foreign.rootAt(from) }, newer, proof),
        () => verifyConsistency(older, { ...newer, root: fork }, foreign.growth(from, to)),
        () => verifyConsistency(newer, { size: to, root: fork }, []),
        () => verifyConsistency({ ...older, size: 0 }, newer, []),
        () => verifyConsistency(older, { ...newer, size: 2 ** (7 + random(46)) }, proof),
        () => verifyConsistency({ ...older, size: Number.NaN }, newer, proof),
      ])();
    },
  },
  {
    name: 'receipts',
    mutants: 12_000,
    check: (genuine) => {
      const index = random(SIZE);
      const leaf = own.leaves[index]!;
      const [receipt, other] = [own.receipt(index), (index + 1 + random(SIZE - 1)) % SIZE];
      if (genuine) return verifyTlogProof(receipt, leaf, POLICY);
      const proof = own.inclusion(index);
      return pick([
        () => verifyTlogProof(damaged(receipt), leaf, POLICY),
        () => verifyTlogProof(damaged(receipt), leaf, POLICY),
        () => verifyTlogProof(receipt, damaged(leaf), POLICY),
        () => verifyTlogProof(receipt, leaf, logPolicy(STRANGER.verifierKey)),
        () => verifyTlogProof(foreign.receipt(index), leaf, POLICY),
        () => verifyTlogProof(own.receipt(other), leaf, POLICY),
        () =>
          verifyTlogProof(
            formatTlogProof({ index, proof, checkpoint: foreign.checkpointAt(SIZE) }),
            leaf,
            POLICY,
          ),
      ])();
    },
  },
  {
    name: 'checkpoints',
    mutants: 10_000,
    check: (genuine) =>
      openWitnessedCheckpoint(either(genuine, own.checkpointAt(random(SIZE + 1)), damaged), POLICY),
  },
  {
    name: 'map proofs',
    mutants: 18_000,
    check: (genuine) => {
      const name = random(120);
      const [bytes, key] = [mapProof(name), mapKey(name)];
      if (genuine) return verifyMapProof(mapUpdate.root, key, parseMapProof(bytes));
      return pick([
        () => verifyMapProof(mapUpdate.root, key, parseMapProof(damaged(bytes))),
        () => verifyMapProof(mapUpdate.root, mapKey(name < 60 ? name + 60 : name - 60), parseMapProof(bytes)),
        () => verifyMapProof(EMPTY_MAP_ROOT, key, parseMapProof(bytes)),
      ])();
    },
  },
  {
    name: 'logs',
    mutants: 4_000,
    check: (genuine) => {
      const path = pick([...files.keys()]);
      const changed = either(genuine, files.get(path)!, (bytes) =>
        pick([damaged(bytes), foreign.checkpointAt(SIZE)]),
      );
      const report = verifyLog({ read: (name) => (name === path ? changed : files.get(name)) }, POLICY);
      if (!report.ok) throw new Refusal('bad-proof', report.message);
    },
  },
  {
    name: 'requests to a witness',
    mutants: 4_000,
    check: (genuine) => {
      const to = 2 + random(SIZE - 1);
      const from = 1 + random(to - 1);
      const known = { size: from, root: own.rootAt(from) };
      const ask = { oldSize: from, proof: own.growth(from, to), checkpoint: own.checkpointAt(to) };
      // What stands behind the log's own signature is no business of a witness.
      const signed = Buffer.from(
        Buffer.from(ask.checkpoint).toString().split('\n').slice(0, 5).join('\n') + '\n',
      );
      const body = either(genuine, formatWitnessRequest({ ...ask, checkpoint: signed }), damaged);
      const decision = decideCosigning(known, parseWitnessRequest(body), noteVerifier(LOG.verifierKey));
      if (decision.kind !== 'cosign') throw new Refusal('bad-proof', decision.kind);
    },
  },
  {
    name: 'verifier keys',
    mutants: 2_000,
    check: (genuine) =>
      parseVerifierKey(Buffer.from(either(genuine, Buffer.from(LOG.verifierKey), damaged)).toString()),
  },
];

describe(`mutants of what is genuine (seed ${SEED})`, () => {
  it.each(TARGETS)('are all refused: $mutants $name', ({ check, mutants }) => {
    let slowestMs = 0;
    for (let done = 0; done < mutants; done++) {
      if (done % 100 === 0) check(true);
      const start = performance.now();
      let outcome: unknown = 'accepted';
      try {
        check(false);
      } catch (error) {
        outcome = error;
      }
      // An assertion for each would take longer than the verifiers.
      if (!(outcome instanceof Refusal)) expect(outcome).toBeInstanceOf(Refusal);
      slowestMs = Math.max(slowestMs, performance.now() - start);
    }
    expect(slowestMs).toBeLessThan(2000);
  });

  it('are 100,000', () => {
    expect(TARGETS.reduce((sum, { mutants }) => sum + mutants, 0)).toBe(100_000);
  });
});
