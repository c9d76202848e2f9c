import { setImmediate as otherWork } from 'node:timers/promises';
import { RapportError } from '@rapport/kernel';
import type { SaltedEvent } from '@rapport/ledger';
import { checkAppend, SALT_BYTES } from '@rapport/ledger/ports';
import type { Database, Statement } from 'better-sqlite3';
import { guarded } from './errors.js';
import { idText } from './event-id.js';

import type { EventWriter } from './event-writer.js';

/** Events of one transaction. */
const EVENTS_PER_COMMIT = 500;

type Standing = [id: string, type: string, recordedAtMs: number, body: string, salt: Buffer];

/**
 * Writes events of another ledger into a file, as they were there. All that a transaction will hold is compared with the
 * file first: an event in a wrong place would give every later one another leaf, so that the first one stops all.
 */
export class TakeOver {
  private readonly sql: ReturnType<typeof prepare>;

  constructor(
    db: Database,
    private readonly file: string,
    private readonly writer: EventWriter,
  ) {
    this.sql = guarded(file, () => prepare(db));
  }

  async write(events: readonly SaltedEvent[]): Promise<void> {
    for (let at = 0; at < events.length; at += EVENTS_PER_COMMIT) {
      if (at > 0) await otherWork();
      this.commit(events.slice(at, at + EVENTS_PER_COMMIT));
    }
  }

  private commit(events: readonly SaltedEvent[]): void {
    const missing = this.missing(events);
    if (missing.length === 0) return;
    const answers = this.writer.commit(
      missing.map((event) => ({ stream: event.stream, expected: event.revision - 1, events: [event] })),
    );
    // Whoever takes over holds the folder. Had another one written between the two, this says so.
    if (answers.length === missing.length && answers.every((position) => position > 0)) return;
    throw new RapportError(
      'WRONG_EXPECTED_REVISION',
      `Another process has written to ${this.file} while events were taken over into it: stop that one, and begin again with an empty ledger.`,
    );
  }

  /** The events that the file does not hold; each follows what its stream holds then. */
  private missing(events: readonly SaltedEvent[]): readonly SaltedEvent[] {
    const revisions = new Map<string, number>();
    return events.filter((event) => {
      const { stream, revision } = event;
      const last = revisions.get(stream) ?? this.lastRevisionOf(stream);
      checkAppend(stream, last < 0 ? 'none' : last, [event]);
      if (event.salt.length !== SALT_BYTES) throw noSalt(event);
      if (revision <= last) {
        this.compare(event);
        return false;
      }
      if (revision > last + 1) throw wrongRevision(event, last);
      revisions.set(stream, revision);
      return true;
    });
  }

  private lastRevisionOf(stream: string): number {
    return guarded(this.file, () => this.sql.last.get(stream) as number | null) ?? -1;
  }

  private compare(event: SaltedEvent): void {
    const { stream, revision } = event;
    const row = guarded(this.file, () => this.sql.standing.get(stream, revision) as Standing | undefined);
    if (row !== undefined) {
      const [id, type, recordedAtMs, body, salt] = row;
      const isSame =
        idText(id) === event.id &&
        type === event.type &&
        recordedAtMs === event.recordedAtMs &&
        body === event.body &&
        Buffer.compare(salt, event.salt) === 0;
      if (isSame) return;
    }
    throw new RapportError(
      'WRONG_EXPECTED_REVISION',
      `Revision ${revision} of ${stream} is another event here than where it is taken over from: take over into an empty ledger.`,
      { facts: { expected: revision - 1, actual: revision } },
    );
  }
}

function prepare(db: Database) {
  const raw = (sql: string): Statement => db.prepare(sql).raw();
  return {
    last: db
      .prepare(
        'SELECT (SELECT max(revision) FROM events WHERE stream = streams.id) FROM streams WHERE name = ?',
      )
      .pluck(),
    standing: raw(
      'SELECT hex(events.id), types.name, recorded_at, body, salt FROM streams CROSS JOIN events ON events.stream = streams.id CROSS JOIN types ON types.id = events.type WHERE streams.name = ? AND revision = ?',
    ),
  };
}

const wrongRevision = ({ stream, revision }: SaltedEvent, last: number): RapportError =>
  new RapportError(
    'WRONG_EXPECTED_REVISION',
    `Revision ${revision} of ${stream} cannot be taken over, its last one here is ${last < 0 ? 'none' : last}: begin where the last take-over ended.`,
    { facts: { expected: revision - 1, actual: last < 0 ? 'none' : last } },
  );

const noSalt = ({ stream, revision, salt }: SaltedEvent): RapportError =>
  new RapportError(
    'STORE_CORRUPT',
    `The salt of revision ${revision} of ${stream} has ${salt.length} bytes instead of ${SALT_BYTES}: verify the ledger that it is taken over from.`,
  );
