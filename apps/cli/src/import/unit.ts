import { createHash } from 'node:crypto';
import { canonicalJson, compareText, RapportError, type Json } from '@rapport/kernel';
import type { Mapping } from './mapping.js';
import type { BrokenRow, Row } from './rows/row.js';

/** What a mapping is applied to: one row, or the rows of a group. */
export interface Unit {
  readonly kind: 'unit';
  readonly rows: readonly Row[];
  /** What its expressions see: the cells of the row; for a group the cells that all rows share, and `rows`. */
  readonly input: Readonly<Record<string, unknown>>;
  /** The same whatever the order of the rows and however often the file is read. */
  readonly identity: string;
}

/** A row that becomes nothing, and why. */
export interface Unusable {
  readonly kind: 'unusable';
  readonly rows: readonly (Row | BrokenRow)[];
  readonly reason: string;
}

/** Groups are held in memory: more rows than this are refused. */
const GROUPED_ROWS_MAX = 5_000_000;

/** The units of a file in an order that does not matter. */
export async function* unitsOf(
  rows: AsyncIterable<Row | BrokenRow>,
  mapping: Pick<Mapping, 'identity' | 'group'>,
): AsyncGenerator<Unit | Unusable> {
  if (mapping.group !== undefined)
    return yield* groupedUnits(rows, mapping.group, identities(mapping.identity));
  const identify = identities(mapping.identity);
  for await (const row of rows) yield 'broken' in row ? unusable(row) : unitOf([row], row.cells, identify);
}

async function* groupedUnits(
  rows: AsyncIterable<Row | BrokenRow>,
  columns: readonly string[],
  identify: Identify,
): AsyncGenerator<Unit | Unusable> {
  const groups = new Map<string, Row[]>();
  let count = 0;
  for await (const row of rows) {
    if ('broken' in row) {
      yield unusable(row);
      continue;
    }
    if (++count > GROUPED_ROWS_MAX)
      throw new RapportError(
        'LIMIT_EXCEEDED',
        `A mapping with "group" takes at most ${GROUPED_ROWS_MAX} rows: split the file where groups end.`,
      );
    const key = JSON.stringify(columns.map((column) => row.cells[column] ?? null));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  for (const group of groups.values()) {
    // Rows of a group in the order of their content, so that the order of the file changes nothing.
    const sorted = group
      .map((row) => ({ row, text: canonicalJson(row.cells as Json) }))
      .sort((a, b) => compareText(a.text, b.text));
    const ordered = sorted.map(({ row }) => row);
    yield unitOf(ordered, { ...sharedCells(ordered), rows: ordered.map((row) => row.cells) }, identify);
  }
}

function sharedCells(rows: readonly Row[]): Readonly<Record<string, unknown>> {
  const first = rows[0]?.cells ?? {};
  return Object.fromEntries(
    Object.entries(first).filter(([column, cell]) => rows.every((row) => row.cells[column] === cell)),
  );
}

function unitOf(
  rows: readonly Row[],
  input: Readonly<Record<string, unknown>>,
  identify: Identify,
): Unit | Unusable {
  const identity = identify(rows, input);
  return typeof identity === 'string'
    ? { kind: 'unit', rows, input, identity }
    : { kind: 'unusable', rows, reason: identity.missing };
}

const unusable = (row: BrokenRow): Unusable => ({ kind: 'unusable', rows: [row], reason: row.broken });

type Identify = (
  rows: readonly Row[],
  input: Readonly<Record<string, unknown>>,
) => string | { readonly missing: string };

/**
 * What names a unit: the columns given, or else the digest of its cells and its ordinal among identical ones. Two rows that
 * say the same are two things that happened; which of them comes first makes no difference to what is recorded.
 */
function identities(columns: readonly string[] | undefined): Identify {
  if (columns !== undefined) return (_rows, input) => named(columns, input);
  const seen = new Map<string, number>();
  return (rows) => {
    const content = rows.length === 1 ? rows[0]?.cells : rows.map((row) => row.cells);
    const digest = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 32);
    const ordinal = (seen.get(digest) ?? 0) + 1;
    seen.set(digest, ordinal);
    return `${digest}-${ordinal}`;
  };
}

function named(
  columns: readonly string[],
  input: Readonly<Record<string, unknown>>,
): string | { readonly missing: string } {
  const parts: string[] = [];
  for (const column of columns) {
    const cell = input[column];
    if (typeof cell !== 'string' && typeof cell !== 'number')
      return { missing: `has no ${column}, which names the row` };
    parts.push(String(cell));
  }
  return parts.join('-');
}
