import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { RapportError } from '@rapport/kernel';
import type { KeyStore, Tombstone } from '@rapport/privacy';

/**
 * The tombstones of a tenant once more, beside the secrets and so apart from the data: a data folder that is restored whole
 * from before an erasure knows nothing of it, neither its ledger nor its key store. One JSON object a line, only ever
 * appended to. Holds no personal value.
 */
export class ErasureJournal {
  private persons: Set<string> | undefined;

  constructor(private readonly file: string) {}

  /**
   * Everything it holds. A line without its end was cut off by a crash, before its key was destroyed.
   * @throws RapportError `INVALID_CONFIGURATION` when it cannot be read
   */
  read(): readonly Tombstone[] {
    const lines = this.text().split('\n').slice(0, -1);
    const tombstones = lines.map((line, index) => this.tombstoneOf(line, index + 1));
    this.persons = new Set(tombstones.map(({ person }) => person));
    return tombstones;
  }

  /** Appends what it does not hold yet; durable when it returns. @throws RapportError `INVALID_CONFIGURATION` */
  append(tombstones: readonly Tombstone[]): void {
    if (this.persons === undefined) this.read();
    const fresh = tombstones.filter(({ person }) => !this.persons?.has(person));
    if (fresh.length === 0) return;
    const lines = fresh.map((tombstone) => `${JSON.stringify(tombstone)}\n`).join('');
    try {
      mkdirSync(dirname(this.file), { recursive: true, mode: 0o700 });
      this.dropCutOffLine();
      const opened = openSync(this.file, 'a', 0o600);
      try {
        writeSync(opened, lines);
        fsyncSync(opened);
      } finally {
        closeSync(opened);
      }
    } catch (cause) {
      throw this.unusable('cannot be written', cause);
    }
    for (const { person } of fresh) this.persons?.add(person);
  }

  private dropCutOffLine(): void {
    const text = this.text();
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (whole.length < text.length) truncateSync(this.file, Buffer.byteLength(whole));
  }

  private text(): string {
    try {
      return readFileSync(this.file, 'utf8');
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return '';
      throw this.unusable('cannot be read', cause);
    }
  }

  private tombstoneOf(line: string, number: number): Tombstone {
    try {
      const tombstone = JSON.parse(line) as Tombstone;
      if (typeof tombstone.person === 'string' && typeof tombstone.erasedat === 'string') return tombstone;
    } catch (cause) {
      throw this.unusable(`cannot be read at line ${number}`, cause);
    }
    throw this.unusable(`says nothing at line ${number}`, undefined);
  }

  private unusable(what: string, cause: unknown): RapportError {
    return new RapportError(
      'INVALID_CONFIGURATION',
      `The journal of erasures ${this.file} ${what}: without it an erased person might be read again from a backup. Check its permissions, or restore it from the backup of the secrets.`,
      { cause },
    );
  }
}

/** A key store that puts every tombstone into the journal before it destroys a key. */
export const journaled = (store: KeyStore, journal: ErasureJournal): KeyStore => ({
  load: (persons) => store.load(persons),
  create: (keys) => store.create(keys),
  erase: async (tombstones) => {
    journal.append(tombstones);
    return store.erase(tombstones);
  },
  active: (after, countMax) => store.active(after, countMax),
  erased: (after, countMax) => store.erased(after, countMax),
  erasuresAppliedUntil: () => store.erasuresAppliedUntil(),
  keepErasuresAppliedUntil: (position) => store.keepErasuresAppliedUntil(position),
  close: () => store.close(),
});
