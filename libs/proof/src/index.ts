export { checkGrowth } from './command/check-growth.js';
export { checkLog } from './command/check-log.js';
export { checkReceipt, leafBeside } from './command/check-receipt.js';
export type { Files } from './command/counted-files.js';
export type { Finding } from './command/finding.js';
export { localFiles, readLocalFile } from './command/local-files.js';
export type { Trust } from './command/policy-from.js';
export { readAhead } from './command/read-ahead.js';
export { UnusableInput } from './command/unusable-input.js';
export * from './leaf/digest.js';
export {
  formatLeaf,
  hashOfLeaf,
  parseLeaf,
  type Leaf,
  type LeafPart,
  type LeafToWrite,
} from './leaf/leaf.js';
export * from './map/key-chain.js';
export { EMPTY_MAP_ROOT, type MapLeaf, type MapNode, type MapValue } from './map/map-node.js';
export * from './map/map-proof.js';
export * from './map/node-reads.js';
export * from './map/update-map.js';
export * from './note/checkpoint.js';
export * from './note/cosignature.js';
export {
  noteKeyPair,
  parseSignerKey,
  parseVerifierKey,
  type NoteKey,
  type NoteSecret,
  type SignatureType,
} from './note/note-key.js';
export { parsePolicy, POLICY_BYTES_MAX } from './note/parse-policy.js';
export * from './note/policy.js';
export type { Rule } from './note/quorum.js';
export * from './note/signed-note.js';
export * from './note/tlog-proof.js';
export * from './note/witness.js';
export * from './note/witness-request.js';
export { Refusal, type RefusalCode } from './refusal.js';
export { ENTRY_BYTES_MAX, formatEntryBundle, parseEntryBundle } from './tiles/entry-bundle.js';
export * from './tiles/log-reader.js';
export * from './tiles/node-from-tiles.js';
export * from './tiles/tile.js';
export * from './tiles/verify-log.js';
export * from './tree/consistency.js';
export { EMPTY_ROOT, HASH_BYTES, leafHash, nodeHash } from './tree/hash.js';
export { rootFromInclusion, verifyInclusion, type Inclusion } from './tree/inclusion.js';
export * from './tree/proof-plan.js';
export * from './tree/stored-hash.js';
export { TreeBuilder, type TreeState } from './tree/tree-builder.js';
