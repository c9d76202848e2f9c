import { RapportError } from '@rapport/kernel';
import type { Lease, ViewRef, ViewShape, ViewVersion } from '@rapport/ledger';
import type { Leases } from './lease.js';
import type { Statements } from './statements.js';
import { createTables, dropTables } from './view-tables.js';

/** One version of a view, as it stands in the file. */
export interface Copy extends ViewShape {
  /** Names its tables. */
  readonly id: number;
  /** `declared`: known, but nobody builds it yet. */
  readonly state: 'declared' | ViewVersion['state'];
  /** Whether its indexes stand; a copy that is being built gets them at the end, in one go. */
  readonly indexed: boolean;
  readonly checkpoint: number;
  readonly events: number;
}

type Row = [
  id: number,
  name: string,
  version: number,
  shape: ViewShape['shape'],
  fields: string,
  state: Copy['state'],
  indexed: number,
  checkpoint: number,
  events: number,
];

const SELECT = 'SELECT id, name, version, shape, fields, state, indexed, checkpoint, events FROM copies';

/** A version of a view. @throws RapportError `VIEW_NOT_FOUND` */
export function findCopy(sql: Statements, view: ViewRef): Copy {
  const copy = lookForCopy(sql, view);
  if (copy !== undefined) return copy;
  throw new RapportError(
    'VIEW_NOT_FOUND',
    `There is no version ${view.version} of the view ${view.name} in ${sql.file}: declare and build it first.`,
  );
}

function lookForCopy(sql: Statements, { name, version }: ViewRef): Copy | undefined {
  const row = sql.row<Row>(`${SELECT} WHERE name = ? AND version = ?`, name, version);
  return row === undefined ? undefined : copyOf(row);
}

/** Which versions of views there are, and in what state. */
export class Copies {
  constructor(
    private readonly sql: Statements,
    private readonly leases: Leases,
  ) {}

  all(): readonly Copy[] {
    return this.sql.rows<Row>(`${SELECT} ORDER BY name, version`).map(copyOf);
  }

  /** @throws RapportError `VIEW_NOT_FOUND` */
  find(view: ViewRef): Copy {
    return findCopy(this.sql, view);
  }

  declare(shape: ViewShape): void {
    const known = lookForCopy(this.sql, shape);
    if (known !== undefined && isSame(known, shape)) return;
    if (known !== undefined && known.state !== 'declared') {
      throw new RapportError(
        'INVALID_CONFIGURATION',
        `The view ${shape.name} keeps other fields than version ${shape.version} was built with: raise its version.`,
      );
    }
    this.sql.transaction(() => {
      if (known !== undefined) this.remove(known);
      this.insert(shape);
    });
  }

  build(view: ViewRef, lease: Lease): void {
    this.sql.transaction(() => {
      this.leases.check(lease);
      const copy = this.find(view);
      if (copy.state === 'live')
        throw new RapportError(
          'VIEW_NOT_FOUND',
          `Version ${view.version} of the view ${view.name} is live already: build another one beside it.`,
        );
      this.remove(copy);
      this.insert(copy);
      this.sql.run(
        "UPDATE copies SET state = 'building' WHERE name = ? AND version = ?",
        view.name,
        view.version,
      );
    });
  }

  /** To be called inside a transaction that holds the lease. */
  swap(view: ViewRef): void {
    const copy = this.find(view);
    if (copy.state === 'live') return;
    if (copy.state !== 'building')
      throw new RapportError(
        'VIEW_NOT_FOUND',
        `Version ${view.version} of the view ${view.name} is not being built: build it first.`,
      );
    this.sql.run("UPDATE copies SET state = 'retired' WHERE name = ? AND state = 'live'", view.name);
    this.sql.run("UPDATE copies SET state = 'live' WHERE id = ?", copy.id);
  }

  drop(view: ViewRef, lease: Lease): void {
    this.sql.transaction(() => {
      this.leases.check(lease);
      const copy = lookForCopy(this.sql, view);
      if (copy !== undefined) this.remove(copy);
    });
  }

  advance(copy: Copy, checkpoint: number, events: number): void {
    this.sql.run('UPDATE copies SET checkpoint = ?, events = ? WHERE id = ?', checkpoint, events, copy.id);
  }

  markIndexed(copy: Copy): void {
    this.sql.run('UPDATE copies SET indexed = 1 WHERE id = ?', copy.id);
  }

  private insert({ name, version, shape, fields }: ViewShape): void {
    this.sql.run(
      "INSERT INTO copies (name, version, shape, fields, state, indexed, checkpoint, events) VALUES (?, ?, ?, ?, 'declared', 0, 0, 0)",
      name,
      version,
      shape,
      JSON.stringify(fields.map((field) => ({ name: field.name, type: field.type }))),
    );
    createTables(this.sql, this.find({ name, version }));
  }

  private remove(copy: Copy): void {
    this.sql.forget();
    dropTables(this.sql, copy);
    this.sql.run('DELETE FROM parked WHERE copy = ?', copy.id);
    this.sql.run('DELETE FROM copies WHERE id = ?', copy.id);
  }
}

const copyOf = ([id, name, version, shape, fields, state, indexed, checkpoint, events]: Row): Copy => ({
  id,
  name,
  version,
  shape,
  fields: JSON.parse(fields) as ViewShape['fields'],
  state,
  indexed: indexed === 1,
  checkpoint,
  events,
});

const isSame = (copy: Copy, { shape, fields }: ViewShape): boolean =>
  copy.shape === shape &&
  copy.fields.length === fields.length &&
  copy.fields.every(({ name, type }, index) => fields[index]?.name === name && fields[index]?.type === type);
