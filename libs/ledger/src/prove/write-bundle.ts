import { setImmediate as nextTurn } from 'node:timers/promises';
import { canonicalJson, compareText, RapportError, type Json } from '@rapport/kernel';
import {
  formatLeaf,
  formatMapProof,
  leafHash,
  parseCheckpoint,
  parseNote,
  proveKey,
  readNodesLater,
  Refusal,
} from '@rapport/proof';
import type { SealedEvent } from '../ports/index.js';
import { leafOf } from '../seal/leaf-of-event.js';
import { inclusionOf } from '../seal/log-tree.js';
import { answerJson, type Answering } from './asking.js';
import {
  asJson,
  BUNDLE_FORMAT,
  BUNDLE_LIMITS,
  BUNDLE_VERSION,
  type EventLine,
  type KeyLine,
  type Question,
  type SecretLine,
} from './bundle-format.js';
import { LogEvents } from './log-events.js';
import type { MapSource } from './map-follower.js';
import { provenReader } from './proven-reader.js';

/** How many events are proven before other work of the thread has its turn. */
const EVENTS_PER_TURN = 50;

/** A root of the completeness map that was logged, and where. */
export interface SealedMap {
  /** Index of the leaf of the event that logged it. */
  readonly sealIndex: number;
  readonly treeSize: number;
  readonly mapRoot: Uint8Array;
}

/** The secret of the personal parts that an event holds of a person. */
export interface EventSecret {
  readonly subject: string;
  /** 32 bytes. */
  readonly secret: Uint8Array;
}

/** What a proof is made of, beside log and map. */
export interface ProveOptions {
  readonly tenant: string;
  readonly sealed: SealedMap;
  /** A signed checkpoint (a note) of a size above `sealed.sealIndex`. */
  readonly checkpoint: Uint8Array;
  /** Secrets that the holder may have of an event; none unless given. */
  readonly secretsOf?: (event: SealedEvent) => Promise<readonly EventSecret[]>;
  readonly onEvent?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** A bundle, line by line, and what it says. */
export interface WrittenBundle {
  readonly lines: readonly string[];
  readonly answer: Json;
  /** Leaves that the answer takes account of. */
  readonly treeSize: number;
  readonly keys: number;
  readonly events: number;
  readonly secrets: number;
}

/**
 * Answers a question by replay at the size of the last logged map, and gives everything that proves the answer: the events
 * of every key that was asked for with leaves and inclusion proofs, and the proof of each key in the completeness map.
 * @throws RapportError as the question does; `PROOF_NOT_READY` while log, map and checkpoint do not fit together,
 * `LIMIT_EXCEEDED` for what no bundle holds
 * @example (await proveAnswer({ log, map, kinds, eventAt }, answering, question, options)).lines
 */
export async function proveAnswer(
  source: MapSource,
  answering: Answering,
  question: Question,
  options: ProveOptions,
): Promise<WrittenBundle> {
  const { sealed, signal } = options;
  const events = new LogEvents(source, sealed.treeSize, BUNDLE_LIMITS.eventsMax - 1);
  const reader = provenReader(events, answering.kinds, answering.views);
  const { view, answer } = await answering.ask(question, reader, BigInt(sealed.treeSize));
  const keys = await keyLines(source, events, sealed);
  const indexes = [...events.given.keys(), sealed.sealIndex].sort((a, b) => a - b);
  const [seal] = await source.log.sealedAt([sealed.sealIndex]);
  const size = sizeOf(options.checkpoint, sealed);
  const lines = keys.map((line) => lineOf(asJson(line)));
  const secrets: string[] = [];
  for (const [at, index] of indexes.entries()) {
    signal?.throwIfAborted();
    if (at % EVENTS_PER_TURN === EVENTS_PER_TURN - 1) await nextTurn();
    const event = events.given.get(index) ?? seal;
    if (event === undefined) throw notReady('The log is shorter than it was');
    lines.push(lineOf(asJson(await eventLine(source, options.tenant, event, size))));
    for (const { subject, secret } of (await options.secretsOf?.(event)) ?? [])
      secrets.push(lineOf(asJson({ index, subject, secret: base64(secret) } satisfies SecretLine)));
    options.onEvent?.(at + 1, indexes.length);
  }
  lines.push(...secrets);
  const header = {
    format: BUNDLE_FORMAT,
    version: BUNDLE_VERSION,
    tenant: options.tenant,
    question,
    view,
    codeDigest: answering.codeDigest,
    answer: answerJson(answer),
    treeSize: sealed.treeSize,
    sealIndex: sealed.sealIndex,
    checkpoint: Buffer.from(options.checkpoint).toString('utf8'),
    keys: keys.length,
    events: indexes.length,
    secrets: secrets.length,
    bytes: lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0),
  } as const;
  const written = [lineOf(asJson(header)), ...lines];
  requireBounds(written, header.bytes);
  return {
    lines: written,
    answer: header.answer,
    treeSize: sealed.treeSize,
    keys: keys.length,
    events: indexes.length,
    secrets: secrets.length,
  };
}

async function keyLines(
  { map }: MapSource,
  events: LogEvents,
  { mapRoot }: SealedMap,
): Promise<readonly KeyLine[]> {
  const lines: KeyLine[] = [];
  for (const key of [...events.keys].sort(compareText)) {
    const proof = await provenOr(async () =>
      readNodesLater(proveKey(mapRoot, Buffer.from(key)), (hashes) => map.nodes(hashes)),
    );
    const value = await events.valueOf(key);
    const held = proof.kind === 'present' ? proof.value : undefined;
    if (held?.count !== value?.count || Buffer.compare(held?.head ?? NOTHING, value?.head ?? NOTHING) !== 0)
      throw notReady('The completeness map does not fit the log');
    lines.push({ key: JSON.parse(key) as readonly string[], proof: base64(formatMapProof(proof)) });
  }
  return lines;
}

const NOTHING = new Uint8Array(0);

async function eventLine(
  { log }: MapSource,
  tenant: string,
  event: SealedEvent,
  size: number,
): Promise<EventLine> {
  const leaf = formatLeaf(leafOf(tenant, event, event.salt, event.previous));
  if (Buffer.compare(leafHash(leaf), event.leafHash) !== 0)
    throw new RapportError(
      'STORE_CORRUPT',
      `The event at leaf ${event.leafIndex} is not the one that was sealed: run \`rapport verify\`, and restore a backup.`,
    );
  const inclusion = await inclusionOf(log, event.leafIndex, size);
  return {
    index: event.leafIndex,
    leaf: Buffer.from(leaf).toString('utf8'),
    salt: base64(event.salt),
    body: event.body,
    inclusion: base64(Buffer.concat(inclusion)),
  };
}

function sizeOf(checkpoint: Uint8Array, { sealIndex }: SealedMap): number {
  const { size } = parseCheckpoint(parseNote(checkpoint).text);
  if (size <= sealIndex) throw notReady('The last signed checkpoint does not cover the logged map yet');
  return size;
}

async function provenOr<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal) throw notReady('The completeness map lacks what this proof needs');
    throw error;
  }
}

const notReady = (why: string): RapportError =>
  new RapportError(
    'PROOF_NOT_READY',
    `${why}: try again in a moment, or stop the server and prove without it.`,
  );

function requireBounds(lines: readonly string[], bytes: number): void {
  const { lineBytesMax, bytesMax } = BUNDLE_LIMITS;
  if (bytes > bytesMax || lines.some((line) => Buffer.byteLength(line) > lineBytesMax))
    throw new RapportError(
      'LIMIT_EXCEEDED',
      `The bundle would have more than ${bytesMax} bytes, or a line of more than ${lineBytesMax}: ask for less.`,
    );
}

const lineOf = (value: Json): string => `${canonicalJson(value)}\n`;
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
