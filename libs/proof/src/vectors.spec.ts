import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import {
  entryBundlePath,
  formatEntryBundle,
  leafHash,
  logPolicy,
  newTiles,
  nodeFromTiles,
  nodesOfTile,
  noteSigner,
  noteVerifier,
  openCheckpoint,
  planConsistency,
  planInclusion,
  planRoot,
  Refusal,
  signCheckpoint,
  storedHashIndex,
  tilePath,
  TreeBuilder,
  verifyConsistency,
  verifyInclusion,
  verifyLog,
  type NodeAddress,
} from './index.js';

// Others made these; they lie beside the repository and are never copied into it.
const ROOT = fileURLToPath(new URL('../../../../shared/vectors', import.meta.url));
const present = existsSync(ROOT);
const onData = present ? it : it.skip;
const titled = (title: string): string => (present ? title : `${title} (skipped: no shared data)`);

const SIGNER_KEY =
  'PRIVATE+KEY+example.com/log/testdata+33d7b496+AeymY/SZAX0jZcJ8enZ5FY1Dz+wTML2yWSkK+9DSF3eg';
const VERIFIER_KEY = 'example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx';
const WORDS = 'one two three four five six seven eit nain ten ileven twelf threeten fourten fivten'.split(
  ' ',
);
const LEAVES = WORDS.map((word) => Buffer.from(word));

interface Probe {
  readonly leafIdx?: number;
  readonly treeSize?: number;
  readonly root?: string;
  readonly leafHash?: string;
  readonly size1?: number;
  readonly size2?: number;
  readonly root1?: string;
  readonly root2?: string;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}

const bytesOf = (text = ''): Uint8Array => Buffer.from(text, 'base64');

function probesIn(folder: string): readonly Probe[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(ROOT, folder, name), 'utf8')) as Probe);
}

/** Whether it is refused; anything thrown that is no refusal fails the spec. */
function refuses(check: () => unknown): boolean {
  try {
    check();
    return false;
  } catch (error) {
    if (error instanceof Refusal) return true;
    throw error;
  }
}

describe('the probes of transparency-dev/merkle', () => {
  onData(titled('for inclusion are accepted and refused as they say'), () => {
    const probes = probesIn('rfc6962/inclusion');
    for (const probe of probes) {
      const refused = refuses(() =>
        verifyInclusion(
          {
            index: probe.leafIdx ?? 0,
            size: probe.treeSize ?? 0,
            leaf: bytesOf(probe.leafHash),
            proof: (probe.proof ?? []).map(bytesOf),
          },
          bytesOf(probe.root),
        ),
      );
      expect({ ...probe, refused }).toEqual({ ...probe, refused: probe.wantErr });
    }
    expect(probes.length + probesIn('rfc6962/consistency').length).toBe(196);
  });

  onData(titled('for consistency are accepted and refused as they say'), () => {
    for (const probe of probesIn('rfc6962/consistency')) {
      const refused = refuses(() =>
        verifyConsistency(
          { size: probe.size1 ?? 0, root: bytesOf(probe.root1) },
          { size: probe.size2 ?? 0, root: bytesOf(probe.root2) },
          (probe.proof ?? []).map(bytesOf),
        ),
      );
      expect({ ...probe, refused }).toEqual({ ...probe, refused: probe.wantErr });
    }
  });
});

describe('the log of transparency-dev/tessera', () => {
  const read = (path: string): Uint8Array => readFileSync(join(ROOT, 'tlog/log', path));
  const reader = {
    read: (path: string) => (existsSync(join(ROOT, 'tlog/log', path)) ? read(path) : undefined),
  };

  /** All complete nodes, in the order in which a store keeps them. */
  function storedHashes(): readonly Uint8Array[] {
    const tree = new TreeBuilder();
    return LEAVES.flatMap((leaf) => tree.append(leafHash(leaf)));
  }

  onData(titled('comes out byte for byte: every checkpoint'), () => {
    const tree = new TreeBuilder();
    for (let size = 0; size <= LEAVES.length; size++) {
      const head = { origin: 'example.com/log/testdata', size, root: tree.root() };
      const signed = signCheckpoint(head, noteSigner(SIGNER_KEY));
      expect(Buffer.from(signed).toString()).toBe(Buffer.from(read(`checkpoint.${size}`)).toString());
      expect(openCheckpoint(signed, noteVerifier(VERIFIER_KEY)).checkpoint).toEqual(head);
      const leaf = LEAVES[size];
      if (leaf !== undefined) tree.append(leafHash(leaf));
    }
    expect(read('checkpoint')).toEqual(read('checkpoint.15'));
  });

  onData(titled('comes out byte for byte: every tile and bundle'), () => {
    const hashes = storedHashes();
    const hashOf = (node: NodeAddress): Uint8Array => hashes[storedHashIndex(node)]!;
    const made = new Map<string, Uint8Array>();
    for (let size = 1; size <= LEAVES.length; size++)
      for (const tile of newTiles(size - 1, size)) {
        made.set(tilePath(tile), Buffer.concat(nodesOfTile(tile).map(hashOf)));
        made.set(entryBundlePath(tile), formatEntryBundle(LEAVES.slice(0, tile.width)));
      }
    const files = readdirSync(join(ROOT, 'tlog/log/tile'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(join(ROOT, 'tlog/log/').length));
    expect([...made.keys()].sort()).toEqual(files.sort());
    for (const [path, bytes] of made) expect(Buffer.from(bytes)).toEqual(read(path));
    expect(made.size).toBe(30);
  });

  onData(titled('is verified as a whole at every size, and with its tiles proves what is asked'), () => {
    const roots: Uint8Array[] = [];
    for (let size = 0; size <= LEAVES.length; size++) {
      const report = verifyLog(reader, logPolicy(VERIFIER_KEY), { checkpointPath: `checkpoint.${size}` });
      expect(report).toMatchObject({ ok: true, read: { entries: size } });
      if (report.ok) roots.push(report.head.checkpoint.root);
    }
    for (let size = 1; size <= LEAVES.length; size++) {
      const hashOf = (node: NodeAddress): Uint8Array => nodeFromTiles(reader, size, node);
      const root = roots[size]!;
      expect(planRoot(size).assemble(planRoot(size).nodes.map(hashOf))).toEqual(root);
      for (let index = 0; index < size; index++) {
        const plan = planInclusion(index, size);
        const proof = plan.assemble(plan.nodes.map(hashOf));
        verifyInclusion({ index, size, leaf: leafHash(LEAVES[index]!), proof }, root);
      }
      for (let from = 1; from <= size; from++) {
        const plan = planConsistency(from, size);
        verifyConsistency(
          { size: from, root: roots[from]! },
          { size, root },
          plan.assemble(plan.nodes.map(hashOf)),
        );
      }
    }
  });
});
