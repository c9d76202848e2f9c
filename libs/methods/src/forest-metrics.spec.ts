import { describe, expect, it } from '@jest/globals';
import { depthOf, descendantCount, generationsOf, structuralVirality, type ForestNode } from './index.js';

const star: readonly ForestNode[] = [
  { id: 'hub', parent: undefined },
  ...Array.from({ length: 10 }, (_, i) => ({ id: `leaf-${i}`, parent: 'hub' })),
];
const path: readonly ForestNode[] = Array.from({ length: 10 }, (_, i) => ({
  id: `${i}`,
  parent: i === 0 ? undefined : `${i - 1}`,
}));
const binary: readonly ForestNode[] = Array.from({ length: 15 }, (_, i) => ({
  id: `${i + 1}`,
  parent: i === 0 ? undefined : `${Math.floor((i + 1) / 2)}`,
}));

describe('structural virality', () => {
  // reference_values.json, `viral`: closed forms
  it('is 20/11 for a star of ten leaves', () => expect(structuralVirality(star)).toBeCloseTo(1.818182, 6));
  it('is 11/3 for a path of ten', () => expect(structuralVirality(path)).toBeCloseTo(3.666667, 6));
  it('is 3.504762 for a binary tree of depth three', () =>
    expect(structuralVirality(binary)).toBeCloseTo(3.504762, 6));
  it('is not defined for a lone party', () =>
    expect(structuralVirality([{ id: 'a', parent: undefined }])).toBeUndefined());
});

describe('generations', () => {
  it('give the reproduction number of each', () => {
    expect(generationsOf(binary).map((one) => one.reproduction)).toEqual([2, 2, 2, 0]);
    expect(depthOf(binary)).toBe(3);
    expect(descendantCount(binary, '2')).toBe(6);
  });

  it('reproduce the published cycles of a viral process with K = 2 (Skok)', () => {
    const nodes: ForestNode[] = [];
    for (let root = 0; root < 10; root++)
      for (let i = 1; i < 32; i++)
        nodes.push({ id: `${root}.${i}`, parent: i === 1 ? undefined : `${root}.${Math.floor(i / 2)}` });
    let users = 0;
    expect(generationsOf(nodes).map((one) => (users += one.count))).toEqual([10, 30, 70, 150, 310]);
  });

  it('refuse a circle', () => {
    expect(() =>
      generationsOf([
        { id: 'a', parent: 'b' },
        { id: 'b', parent: 'a' },
      ]),
    ).toThrow('circle');
  });

  it('bear a hub with a hundred thousand introductions', () => {
    const nodes = [
      { id: 'hub', parent: undefined },
      ...Array.from({ length: 150_000 }, (_, i) => ({ id: `${i}`, parent: 'hub' })),
    ];
    expect(generationsOf(nodes)[0]?.children).toBe(150_000);
    expect(structuralVirality(nodes)).toBeCloseTo(2, 4);
    expect(descendantCount(nodes, 'hub')).toBe(150_000);
  });
});
