import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  EMPTY_ROOT,
  leafHash,
  newNodes,
  nodeHash,
  nodeOfStoredHash,
  planConsistency,
  planInclusion,
  planRoot,
  Refusal,
  rootFromInclusion,
  storedHashCount,
  storedHashIndex,
  TreeBuilder,
  verifyConsistency,
  verifyInclusion,
  type NodeAddress,
} from '../index.js';

/** The tree as RFC 6962, section 2.1, words it: slow, and unlike what it checks. */
function merkleTreeHash(leaves: readonly Uint8Array[]): Uint8Array {
  const [first] = leaves;
  if (first === undefined) return EMPTY_ROOT;
  if (leaves.length === 1) return first;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return nodeHash(merkleTreeHash(leaves.slice(0, split)), merkleTreeHash(leaves.slice(split)));
}

const leavesOf = (count: number): readonly Uint8Array[] =>
  Array.from({ length: count }, (_, index) => leafHash(Buffer.from(`leaf ${index}`)));

const LEAVES = leavesOf(300);
const STORED: readonly Uint8Array[] = (() => {
  const tree = new TreeBuilder();
  return LEAVES.flatMap((leaf) => tree.append(leaf));
})();
const read = (nodes: readonly NodeAddress[]): readonly Uint8Array[] =>
  nodes.map((node) => STORED[storedHashIndex(node)]!);
const rootOf = (size: number): Uint8Array => planRoot(size).assemble(read(planRoot(size).nodes));

describe('a growing tree', () => {
  it('has the root of RFC 6962 at every size, also when it goes on from what was kept', () => {
    let tree = new TreeBuilder();
    for (let size = 0; size <= 130; size++) {
      expect(tree.root()).toEqual(merkleTreeHash(LEAVES.slice(0, size)));
      expect(rootOf(size)).toEqual(tree.root());
      if (size % 7 === 0) tree = new TreeBuilder(tree.state());
      tree.append(LEAVES[size]!);
    }
  });

  it('goes on from the stored hashes alone', () => {
    for (let size = 0; size < 130; size++) {
      const tree = new TreeBuilder({ size, hashes: read(planRoot(size).nodes) });
      expect(tree.append(LEAVES[size]!)).toEqual(read(newNodes(size)));
    }
  });

  it('refuses to go on from a state that cannot be', () => {
    const { size, hashes } = new TreeBuilder({ size: 2, hashes: [LEAVES[0]!] }).state();
    expect(() => new TreeBuilder({ size: size + 1, hashes })).toThrow(Refusal);
    expect(() => new TreeBuilder({ size, hashes: [Buffer.alloc(31)] })).toThrow(Refusal);
    expect(() => new TreeBuilder({ size: -1, hashes: [] })).toThrow(Refusal);
  });
});

describe('the order of stored hashes', () => {
  it('lists what each leaf completes, without gaps', () => {
    let at = 0;
    for (let index = 0; index < 1000; index++) {
      expect(storedHashCount(index)).toBe(at);
      for (const node of newNodes(index)) {
        expect(storedHashIndex(node)).toBe(at);
        expect(nodeOfStoredHash(at)).toEqual(node);
        at++;
      }
    }
  });

  it('can be turned back at any height', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 50 }), (stored) => {
        expect(storedHashIndex(nodeOfStoredHash(stored))).toBe(stored);
      }),
    );
  });
});

describe('proofs', () => {
  it('of inclusion verify for every leaf of every size, and for nothing else', () => {
    for (let size = 1; size <= 40; size++) {
      const root = rootOf(size);
      for (let index = 0; index < size; index++) {
        const plan = planInclusion(index, size);
        const proof = plan.assemble(read(plan.nodes));
        const inclusion = { index, size, leaf: LEAVES[index]!, proof };
        verifyInclusion(inclusion, root);
        expect(rootFromInclusion(inclusion)).toEqual(root);
        const other = (index + 1) % size;
        if (other === index) continue;
        expect(() => verifyInclusion({ ...inclusion, index: other }, root)).toThrow(Refusal);
        expect(() => verifyInclusion({ ...inclusion, leaf: LEAVES[other]! }, root)).toThrow(Refusal);
        expect(() => verifyInclusion({ ...inclusion, proof: proof.slice(1) }, root)).toThrow(Refusal);
      }
    }
  });

  it('of consistency verify between every two sizes, and for no other roots', () => {
    for (let to = 1; to <= 40; to++) {
      for (let from = 1; from <= to; from++) {
        const plan = planConsistency(from, to);
        const proof = plan.assemble(read(plan.nodes));
        const [older, newer] = [
          { size: from, root: rootOf(from) },
          { size: to, root: rootOf(to) },
        ];
        verifyConsistency(older, newer, proof);
        expect(() => verifyConsistency(older, { ...newer, root: LEAVES[299]! }, proof)).toThrow(Refusal);
        expect(() => verifyConsistency({ ...older, root: LEAVES[299]! }, newer, proof)).toThrow(Refusal);
        if (from < to) expect(() => verifyConsistency(newer, older, proof)).toThrow(Refusal);
      }
    }
  });

  it('need few nodes, also of trees that hold no more than a double can count', () => {
    const size = Number.MAX_SAFE_INTEGER;
    expect(planInclusion(0, size).nodes.length).toBeLessThanOrEqual(53 * 53);
    expect(planConsistency(2 ** 52, size).nodes.length).toBeLessThanOrEqual(53);
    const proof = planInclusion(12345, 2 ** 52).nodes.map(() => LEAVES[0]!);
    expect(rootFromInclusion({ index: 12345, size: 2 ** 52, leaf: LEAVES[1]!, proof })).toHaveLength(32);
  });

  it('are refused for being too long before their roots are looked at', () => {
    const [plan, growth] = [planInclusion(7, 20), planConsistency(7, 20)];
    const inclusion = {
      index: 7,
      size: 20,
      leaf: LEAVES[7]!,
      proof: [...plan.assemble(read(plan.nodes)), LEAVES[0]!],
    };
    expect(() => rootFromInclusion(inclusion)).toThrow('the proof is too long');
    const longer = [...growth.assemble(read(growth.nodes)), LEAVES[0]!];
    const [older, newer] = [
      { size: 7, root: rootOf(7) },
      { size: 20, root: rootOf(20) },
    ];
    expect(() => verifyConsistency(older, newer, longer)).toThrow('the proof is too long');
  });

  it('are planned only for what can be', () => {
    expect(() => planInclusion(7, 7)).toThrow(RangeError);
    expect(() => planConsistency(0, 7)).toThrow(RangeError);
    expect(() => planConsistency(8, 7)).toThrow(RangeError);
    expect(() => planInclusion(2, 7).assemble([])).toThrow(RangeError);
  });
});
