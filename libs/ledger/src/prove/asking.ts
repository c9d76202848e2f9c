import type { Json, JsonObject, Kinds, View, ViewReader } from '@rapport/kernel';
import type { Question } from './bundle-format.js';

/** What asking came to: the answer, and the view or computation that gave it. */
export interface Asked {
  readonly view: { readonly name: string; readonly version: number };
  /** Anything that JSON can be made of; positions may be bigints. */
  readonly answer: unknown;
}

/** Everything that gives an answer: kinds and views as code, the questions that can be asked, and the digest of all that. */
export interface Answering {
  readonly kinds: Kinds;
  readonly views: readonly View[];
  /**
   * Asks what was known at a position: where a query would answer from the present otherwise, it is told that bound.
   * @throws RapportError `INVALID_QUERY` for a question that is not known, or with parameters that it does not take
   */
  readonly ask: (question: Question, reader: ViewReader, knownAt: bigint) => Promise<Asked>;
  /** SHA-256 in lower-case hex of the code, as it runs. */
  readonly codeDigest: string;
  readonly seal: SealKind;
}

/** How the root of the map is logged: events of this type, in this stream, from this source. */
export interface SealKind {
  readonly type: string;
  readonly stream: string;
  readonly source: string;
}

/** An answer as JSON: what is compared, bit for bit, in its canonical form. */
export const answerJson = (answer: unknown): Json =>
  JSON.parse(
    JSON.stringify(answer, (_name, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
  ) as Json;

/** What the event that logged a root of the map says. */
export interface SealFacts {
  readonly treeSize: number;
  readonly mapRoot: Uint8Array;
}

/** Reads the data of such an event; undefined when it logged no root of the map. */
export function sealFacts(data: JsonObject): SealFacts | undefined {
  const { treeSize, mapRoot } = data;
  if (typeof treeSize !== 'number' || typeof mapRoot !== 'string' || !/^[0-9a-f]{64}$/.test(mapRoot))
    return undefined;
  return { treeSize, mapRoot: Buffer.from(mapRoot, 'hex') };
}
