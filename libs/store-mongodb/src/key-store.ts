import { RapportError } from '@rapport/kernel';
import type { KeyState, KeyStore, Tombstone, WrappedKey } from '@rapport/ledger';
import { KEY_PAGE_MAX } from '@rapport/ledger/ports';
import { BSON, type Binary, type Collection } from 'mongodb';
import type { MongoConnection } from './connection.js';
import { isDuplicate } from './errors.js';

export interface MongoKeyStoreOptions {
  /** A database of its own, backed up apart from the ledgers; may be another server. Closed by whoever opened it. */
  readonly mongo: MongoConnection;
  /** Whose keys they are: the beginning of the name of their collection. */
  readonly tenant: string;
}

/** A person has one document, so that a key and its tombstone change places in one update. */
interface PersonDocument {
  /** The person. */
  readonly _id: string;
  readonly keyid?: string;
  readonly wrapper?: string;
  readonly wrapped?: Binary;
  /** The person again, where erased: what the list of tombstones is ordered by. */
  readonly erased?: string;
  readonly tombstone?: Omit<Tombstone, 'person'>;
}

interface ProgressDocument {
  readonly _id: 'erasures';
  readonly until: bigint;
}

const PERSONS_PER_READ = 1_000;

/**
 * The wrapped keys of one tenant's persons in MongoDB. A destroyed key leaves with the update that puts up its tombstone.
 * (What the server's journal, oplog and backups keep of it for a while is out of reach: a wrapped key, which is nothing
 * without the key-encryption key.)
 * @example
 * const store = mongoKeyStore({ mongo, tenant: 'main' });
 * await store.load(['42']); // [{ state: 'none' }]
 */
export function mongoKeyStore({ mongo, tenant }: MongoKeyStoreOptions): KeyStore {
  return new MongoKeyStore(mongo, tenant);
}

class MongoKeyStore implements KeyStore {
  private readonly persons: Collection<PersonDocument>;
  private readonly progress: Collection<ProgressDocument>;
  private closed = false;
  private indexed = false;

  constructor(
    private readonly mongo: MongoConnection,
    tenant: string,
  ) {
    this.persons = mongo.exact(tenant, 'keys');
    this.progress = mongo.exact(tenant, 'keys.progress');
  }

  async load(persons: readonly string[]): Promise<readonly KeyState[]> {
    persons.forEach(checkPerson);
    const known = new Map<string, PersonDocument>();
    const asked = [...new Set(persons)];
    for (let at = 0; at < asked.length || at === 0; at += PERSONS_PER_READ) {
      const some = asked.slice(at, at + PERSONS_PER_READ);
      const found = await this.run(() => this.persons.find({ _id: { $in: some } }).toArray());
      for (const document of found) known.set(document._id, document);
    }
    return persons.map((person) => stateOf(known.get(person)));
  }

  async create(keys: readonly WrappedKey[]): Promise<readonly KeyState[]> {
    const first = new Map<string, PersonDocument>();
    for (const { person, keyid, wrapper, wrapped } of keys) {
      checkPerson(person);
      if (!first.has(person))
        first.set(person, { _id: person, keyid, wrapper, wrapped: new BSON.Binary(wrapped) });
    }
    await this.run(async () => {
      if (first.size === 0) return;
      try {
        await this.persons.insertMany([...first.values()], { ordered: false });
      } catch (error) {
        if (!isDuplicate(error)) throw error; // whoever was first, or was erased, stays as it is
      }
    });
    return this.load(keys.map(({ person }) => person));
  }

  async erase(tombstones: readonly Tombstone[]): Promise<readonly Tombstone[]> {
    for (const { person } of tombstones) checkPerson(person);
    await this.run(() => this.index());
    const standing: Tombstone[] = [];
    for (const tombstone of tombstones) standing.push(await this.run(() => this.eraseOne(tombstone)));
    return standing;
  }

  async active(after: string | undefined, countMax: number): Promise<readonly WrappedKey[]> {
    checkCount(countMax);
    const found = await this.run(() =>
      this.persons
        .find({ _id: { $gt: after ?? '' }, erased: { $exists: false } })
        .sort({ _id: 1 })
        .limit(countMax)
        .toArray(),
    );
    return found.map(keyOf);
  }

  async erased(after: string | undefined, countMax: number): Promise<readonly Tombstone[]> {
    checkCount(countMax);
    const found = await this.run(() =>
      this.persons
        .find({ erased: { $gt: after ?? '' } })
        .sort({ erased: 1 })
        .limit(countMax)
        .toArray(),
    );
    return found.flatMap((document) => tombstoneOf(document) ?? []);
  }

  async erasuresAppliedUntil(): Promise<bigint> {
    return (await this.run(() => this.progress.findOne({ _id: 'erasures' })))?.until ?? 0n;
  }

  async keepErasuresAppliedUntil(position: bigint): Promise<void> {
    await this.run(() =>
      this.progress.updateOne({ _id: 'erasures' }, { $set: { until: position } }, { upsert: true }),
    );
  }

  /** The connection is shared and stays open. */
  async close(): Promise<void> {
    this.closed = true;
  }

  /** Looks and changes until nobody came in between. */
  private async eraseOne(tombstone: Tombstone): Promise<Tombstone> {
    const { person, ...rest } = tombstone;
    for (;;) {
      const document = await this.persons.findOne({ _id: person });
      const standing = document === null ? undefined : tombstoneOf(document);
      if (standing !== undefined) return standing;
      const keyid = document?.keyid ?? tombstone.keyid;
      const put = { ...rest, ...(keyid === undefined ? {} : { keyid }) };
      const erased = { erased: person, tombstone: put };
      if (document === null) {
        try {
          await this.persons.insertOne({ _id: person, ...erased });
          return { person, ...put };
        } catch (error) {
          if (!isDuplicate(error)) throw error;
        }
      } else {
        const { matchedCount } = await this.persons.updateOne(
          { _id: person, erased: { $exists: false } },
          { $set: erased, $unset: { keyid: 1, wrapper: 1, wrapped: 1 } },
        );
        if (matchedCount === 1) return { person, ...put };
      }
    }
  }

  private async index(): Promise<void> {
    if (this.indexed) return;
    await this.persons.createIndex({ erased: 1 }, { name: 'erased', sparse: true });
    this.indexed = true;
  }

  private run<T>(work: () => Promise<T>): Promise<T> {
    if (!this.closed) return this.mongo.run(work);
    return Promise.reject(
      new RapportError('STORE_UNAVAILABLE', 'The key store has been closed: open it again.'),
    );
  }
}

const keyOf = ({ _id, keyid = '', wrapper = '', wrapped }: PersonDocument): WrappedKey => ({
  person: _id,
  keyid,
  wrapper,
  wrapped: wrapped?.value() ?? new Uint8Array(),
});

const tombstoneOf = ({ _id, tombstone }: PersonDocument): Tombstone | undefined =>
  tombstone === undefined ? undefined : { person: _id, ...tombstone };

function stateOf(document: PersonDocument | undefined): KeyState {
  if (document === undefined) return { state: 'none' };
  const tombstone = tombstoneOf(document);
  return tombstone === undefined ? { state: 'active', key: keyOf(document) } : { state: 'erased', tombstone };
}

function checkPerson(person: string): void {
  if (person === '' || !person.isWellFormed())
    throw new RapportError(
      'INVALID_TEXT',
      'The id of a person is a text of Unicode characters, and not empty.',
    );
}

function checkCount(countMax: number): void {
  if (!Number.isInteger(countMax) || countMax < 1 || countMax > KEY_PAGE_MAX)
    throw new RapportError(
      'LIMIT_EXCEEDED',
      `A page of keys has 1 … ${KEY_PAGE_MAX} of them: ask for fewer.`,
    );
}
