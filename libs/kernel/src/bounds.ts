import { RapportError, valueOf } from './errors.js';
import { parsePosition } from './ids.js';
import { parseBound, parseStart } from './time.js';
import type { Bounds } from './view.js';

/** Bounds in the words of whoever asks: options of a command, parameters of a request. */
export interface BoundsGiven {
  /** A day (its last moment, UTC) or an RFC 3339 time. */
  readonly asOf?: string | undefined;
  /** A position, a day or an RFC 3339 time. */
  readonly knownAt?: string | undefined;
  /** Another way to say `knownAt`: a number of leaves of the proof log, as a checkpoint states it. */
  readonly treeSize?: string | undefined;
}

/** What the bounds are called where they were given, for messages. */
export type BoundsNames = Readonly<Record<keyof BoundsGiven, string>>;

/** Where positions are looked up. */
export interface PositionSource {
  /** The highest position recorded by an instant. */
  positionAt(time: string): Promise<bigint>;
  /** The position of the last leaf of a tree of this size. */
  positionOfTreeSize(size: number): Promise<bigint>;
}

const NAMES: BoundsNames = { asOf: 'asOf', knownAt: 'knownAt', treeSize: 'treeSize' };
const POSITION_MAX = 2n ** 63n - 1n;
const TREE_SIZE = /^(0|[1-9]\d{0,14})$/;

/**
 * Reads bounds: the one place that says what `asOf`, `knownAt` and `treeSize` mean, for every command and every route.
 * @throws RapportError `INVALID_TIME`; `INVALID_QUERY` for what is no position or tree size, and for both at once
 * @example await readBounds(ledger, { asOf: '2026-01-31', treeSize: '1024' })
 */
export async function readBounds(
  source: PositionSource,
  given: BoundsGiven,
  names: BoundsNames = NAMES,
): Promise<Bounds> {
  const asOf = given.asOf === undefined ? undefined : valueOf(parseBound(given.asOf, names.asOf));
  const knownAt = await knownAtOf(source, given, names);
  return { ...(asOf === undefined ? {} : { asOf }), ...(knownAt === undefined ? {} : { knownAt }) };
}

async function knownAtOf(
  source: PositionSource,
  { knownAt, treeSize }: BoundsGiven,
  names: BoundsNames,
): Promise<bigint | undefined> {
  if (knownAt !== undefined && treeSize !== undefined) {
    throw new RapportError(
      'INVALID_QUERY',
      `${names.knownAt} and ${names.treeSize} both say what was known: give one of them.`,
      { facts: { parameters: `${names.knownAt},${names.treeSize}` } },
    );
  }
  if (treeSize !== undefined) return source.positionOfTreeSize(treeSizeFrom(treeSize, names.treeSize));
  if (knownAt === undefined) return undefined;
  return parsePosition(knownAt) === undefined
    ? source.positionAt(valueOf(parseBound(knownAt, names.knownAt)))
    : positionFrom(knownAt, names.knownAt);
}

function treeSizeFrom(text: string, name: string): number {
  if (TREE_SIZE.test(text)) return Number(text);
  throw new RapportError(
    'INVALID_QUERY',
    `${name} must be a number of leaves, as a checkpoint states it in its second line.`,
    { facts: { parameters: name } },
  );
}

/** A first and a last day or time, both inclusive. */
export interface SpanGiven {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/**
 * Reads a span of time; null where it has no end.
 * @throws RapportError `INVALID_TIME`, `INVALID_QUERY` when it ends before it begins
 * @example readSpan({ from: '2026-01-01', to: '2026-01-31' })
 * // ['2026-01-01T00:00:00.000Z', '2026-01-31T23:59:59.999Z']
 */
export function readSpan(
  { from, to }: SpanGiven,
  names: Readonly<Record<keyof SpanGiven, string>> = { from: 'from', to: 'to' },
): readonly [first: string | null, last: string | null] {
  const first = from === undefined ? null : valueOf(parseStart(from, names.from));
  const last = to === undefined ? null : valueOf(parseBound(to, names.to));
  if (first !== null && last !== null && last < first)
    throw new RapportError(
      'INVALID_QUERY',
      `${names.to} lies before ${names.from}: give the earlier one first.`,
      {
        facts: { parameters: `${names.from},${names.to}` },
      },
    );
  return [first, last];
}

/**
 * Reads a position.
 * @throws RapportError `INVALID_QUERY`
 * @example positionFrom('1024', 'waitFor') // 1024n
 */
export function positionFrom(text: string, name: string): bigint {
  const position = parsePosition(text);
  if (position !== undefined && position <= POSITION_MAX) return position;
  throw new RapportError(
    'INVALID_QUERY',
    `${name} must be a position: the decimal text that the ledger gave.`,
    { facts: { parameters: name } },
  );
}
