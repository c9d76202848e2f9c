import Sqlite, { type Database } from 'better-sqlite3';
import { pageOf, type LedgerToFlip, type Range } from './ledger-to-flip.js';

/**
 * What a flipped bit changes of what can be read: nothing, when every value is read as before, the same way round;
 * `events`, by their positions: their rows, or the ways of the index to them and to those before them in their streams; or
 * something `elsewhere` in the file.
 */
export type Difference =
  { readonly in: 'none' | 'elsewhere' } | { readonly in: 'events'; readonly positions: readonly number[] };

type Row = readonly [position: number, columns: string];
type Entry = readonly [stream: number, revision: number, position: number];

/** Compares a ledger of which a bit was flipped with a copy from before. */
export class Differences {
  private readonly whole: Database;
  /** Reads nothing: while one connection is there, others need not set up and clear away what they share. */
  private readonly attending: Database;
  private readonly wholeTables: string;
  private readonly wholeRows = new Map<number, readonly Row[]>();
  /** In the order of streams and revisions. */
  private readonly wholeEntries: readonly Entry[];

  /** @param copy the path of the copy */
  constructor(
    private readonly ledger: LedgerToFlip,
    private readonly copy: string,
  ) {
    this.whole = new Sqlite(copy, { readonly: true });
    this.attending = new Sqlite(ledger.file, { readonly: true });
    this.attending.pragma('schema_version');
    this.wholeTables = tablesIn(this.whole);
    this.wholeEntries = entriesIn(this.whole, [0, 0], ledger.events);
  }

  close(): void {
    this.whole.close();
    this.attending.close();
  }

  /**
   * What the ledger says otherwise than its copy, when nothing was flipped but this bit. A leaf of a table or an index is
   * reached by way of other pages, and only for what it holds itself: so nothing else can change, and where its rows are
   * the same in the same order, a search among them ends where it did.
   */
  of(bit: number): Difference {
    const page = pageOf(bit);
    const { rows, entries, isOfNames } = this.ledger.pages[page] ?? {};
    if (rows !== undefined) return this.inRows(page, rows);
    if (entries !== undefined) return this.inIndex(entries);
    const isSame = isOfNames ? this.namesTheSame() : this.saysTheSame();
    return { in: isSame ? 'none' : 'elsewhere' };
  }

  private inRows(page: number, rows: Range): Difference {
    const before = this.wholeRows.get(page) ?? rowsIn(this.whole, rows);
    this.wholeRows.set(page, before);
    const now = this.read((db) => rowsIn(db, rows));
    const changed = before
      .filter(([, columns], at) => columns !== now?.[at]?.[1])
      .map(([position]) => position);
    if (changed.length > 0) return { in: 'events', positions: changed };
    return now?.length === before.length ? { in: 'none' } : { in: 'elsewhere' };
  }

  private inIndex([first, last]: Range): Difference {
    const before = this.wholeEntries.slice(first, last + 1);
    const [stream, revision] = before[0] ?? [0, 0];
    const now = this.read((db) => entriesIn(db, [stream, revision], before.length));
    if (String(now) === String(before)) return { in: 'none' };
    // The one before an event in its stream is looked for also when it is the first: then its own entry is come upon.
    const positions = this.wholeEntries.slice(first, last + 2).map(([, , position]) => position);
    return { in: 'events', positions };
  }

  private namesTheSame(): boolean {
    return this.read(tablesIn) === this.wholeTables;
  }

  /** Whether every table and index, scanned and searched, gives what the copy gives. */
  private saysTheSame(): boolean {
    const { events } = this.ledger;
    const isSame = this.read((db) => {
      if (tablesIn(db) !== this.wholeTables) return false;
      db.prepare('ATTACH ? AS whole').run(this.copy);
      const positions = db.prepare('SELECT position FROM events ORDER BY position').pluck().all();
      if (positions.length !== events || positions.some((position, at) => position !== at + 1)) return false;
      const counts = SAME_EVENTS.map((sql) => db.prepare(sql).pluck().get());
      if (counts.some((count) => count !== events)) return false;
      return String(entriesIn(db, [0, 0], events + 1)) === String(this.wholeEntries);
    });
    return isSame === true;
  }

  /** What is read of the ledger; undefined where it cannot be read, whatever fails: its verification says what it is. */
  private read<T>(how: (db: Database) => T): T | undefined {
    let db: Database | undefined;
    try {
      db = new Sqlite(this.ledger.file, { readonly: true });
      return how(db);
    } catch {
      return undefined;
    } finally {
      db?.close();
    }
  }
}

const COLUMNS = ['position', 'stream', 'revision', 'id', 'type', 'recorded_at', 'body', 'salt', 'hashes'];
/** All columns in one text, each with its type and byte for byte, so that no two rows look alike. */
const EXACT = COLUMNS.map((column) => `typeof(${column}) || hex(${column})`).join(" || ' ' || ");
const SAME = COLUMNS.map((column) => `now.${column} IS was.${column}`).join(' AND ');

/** How many events are the same: scanned, searched by position, and by stream and revision. */
const SAME_EVENTS = [
  `SELECT count(*) FROM main.events AS now CROSS JOIN whole.events AS was ON was.position = now.position WHERE ${SAME}`,
  `SELECT count(*) FROM whole.events AS was CROSS JOIN main.events AS now ON now.position = was.position WHERE ${SAME}`,
  `SELECT count(*) FROM whole.events AS was CROSS JOIN main.events AS now INDEXED BY events_by_stream
    ON now.stream = was.stream AND now.revision = was.revision WHERE now.position = was.position`,
];

const rowsIn = (db: Database, [first, last]: Range): readonly Row[] =>
  db
    .prepare(`SELECT position, ${EXACT} FROM events WHERE position BETWEEN ? AND ? ORDER BY position`)
    .raw()
    .all(first, last) as Row[];

/** Entries of the index of streams from one on, in its order. */
const entriesIn = (db: Database, from: readonly [stream: number, revision: number], count: number) =>
  db
    .prepare(
      `SELECT stream, revision, position FROM main.events INDEXED BY events_by_stream
        WHERE (stream, revision) >= (?, ?) ORDER BY stream, revision LIMIT ?`,
    )
    .raw()
    .all(...from, count) as Entry[];

const PRAGMAS = ['application_id', 'user_version', 'page_count', 'page_size', 'encoding', 'journal_mode'];
const TABLES = [
  'SELECT * FROM sqlite_schema',
  'SELECT typeof(tenant), hex(tenant) FROM ledger',
  ...['streams', 'types'].flatMap((table) => {
    const [index, by] = [
      `INDEXED BY sqlite_autoindex_${table}_1`,
      `${table} AS one CROSS JOIN ${table} AS other`,
    ];
    return [
      `SELECT id, typeof(name), hex(name) FROM ${table} ORDER BY id`,
      `SELECT name, id FROM ${table} ${index} ORDER BY name`,
      `SELECT one.id, other.name FROM ${by} ON other.id = one.id ORDER BY one.id`,
      `SELECT one.id, other.id FROM ${by} ${index} ON other.name = one.name ORDER BY one.id`,
    ];
  }),
];

/** The head of the file, its schema and the small tables: scanned, and searched by number and by name. */
const tablesIn = (db: Database): string =>
  JSON.stringify([
    PRAGMAS.map((pragma) => db.pragma(pragma, { simple: true })),
    TABLES.map((sql) => db.prepare(sql).raw().all()),
  ]);
