import type { Json, JsonObject } from '@rapport/kernel';

/** What a bundle's first line begins with; a reader of another version refuses. */
export const BUNDLE_FORMAT = 'rapport-bundle';
export const BUNDLE_VERSION = 1;

/** Bounds that writer and reader share: past one of them there is a refusal. Lengths in bytes of UTF-8. */
export const BUNDLE_LIMITS = {
  lineBytesMax: 16 * 1_048_576,
  bytesMax: 512 * 1_048_576,
  keysMax: 500_000,
  eventsMax: 500_000,
  secretsMax: 500_000,
} as const;

/** A question that a bundle answers; the catalogue of questions gives names and parameters their meaning. */
export interface Question {
  readonly name: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** The first line: what is claimed. All that follows is there to prove it. */
export interface BundleHeader {
  readonly format: typeof BUNDLE_FORMAT;
  readonly version: typeof BUNDLE_VERSION;
  readonly tenant: string;
  readonly question: Question;
  /** The view or computation that gave the answer. */
  readonly view: { readonly name: string; readonly version: number };
  /** SHA-256 in lower-case hex of the code that computed the answer, as it ran. */
  readonly codeDigest: string;
  readonly answer: Json;
  /** The answer takes account of the leaves before this index, all of them. */
  readonly treeSize: number;
  /** Index of the event that logged the root of the completeness map over those leaves. */
  readonly sealIndex: number;
  /** The signed checkpoint in which all leaves are proven. */
  readonly checkpoint: string;
  /** How many lines of each sort follow, in this order. */
  readonly keys: number;
  readonly events: number;
  readonly secrets: number;
  /** Bytes of all lines after this one, line ends included. */
  readonly bytes: number;
}

/** What the completeness map holds for a key: that it holds nothing is proven too. */
export interface KeyLine {
  readonly key: readonly string[];
  /** `formatMapProof`, standard base64. */
  readonly proof: string;
}

/** An event with its leaf and the proof that the leaf is in the tree of the checkpoint. */
export interface EventLine {
  readonly index: number;
  /** The leaf's exact bytes, as text. */
  readonly leaf: string;
  /** Standard base64. */
  readonly salt: string;
  /** The stored event's exact bytes, as text. */
  readonly body: string;
  /** Hashes from the leaf's sibling up, one behind the other, standard base64. */
  readonly inclusion: string;
}

/** What opens the personal parts that one event holds of one person, and nothing else. */
export interface SecretLine {
  readonly index: number;
  readonly subject: string;
  /** 32 bytes, standard base64. */
  readonly secret: string;
}

/** Lines are objects of JSON. */
export const asJson = (line: BundleHeader | KeyLine | EventLine | SecretLine): JsonObject =>
  line as unknown as JsonObject;
