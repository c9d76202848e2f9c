import { RapportError } from '@rapport/kernel';
import type { SignedHeads } from '@rapport/ledger';
import { Binary, type Collection } from 'mongodb';
import type { MongoConnection } from './connection.js';
import { isDuplicate } from './errors.js';
import { bytesOf } from './leaf-store-rows.js';

/** The last signed head of a log and the key that verifies it, where every process reads them. */
export interface PublishedHeads extends SignedHeads {
  /** The key of the log, in the text form of C2SP signed-note; undefined while none is published. */
  verifierKey(): Promise<string | undefined>;
  /**
   * Publishes the key under which heads are kept from now on. Repeating is harmless.
   * @throws RapportError `LOG_NOT_SIGNED` when the log has another key: its signer has another folder of secrets
   */
  publishKey(verifierKey: string): Promise<void>;
  /** Puts a key in the place of another one, whose head is forgotten with it: the log begins under a new key. */
  replaceKey(verifierKey: string): Promise<void>;
  /**
   * Keeps a checkpoint under the key published before; one that covers less than the one kept changes nothing.
   * @throws RapportError `LOG_NOT_SIGNED` when another key was published since
   */
  keep(checkpoint: Uint8Array): Promise<void>;
  /** Why whoever seals the log has stopped doing so, in words; undefined while all is well. */
  refusal(): Promise<string | undefined>;
  /** Says why nothing is sealed or signed; undefined: all is well again. */
  refuse(why: string | undefined): Promise<void>;
}

/** Whose heads, and where. */
export interface MongoSignedHeadsOptions {
  readonly mongo: MongoConnection;
  readonly tenant: string;
}

interface HeadRow {
  readonly _id: 'head';
  readonly verifierKey: string;
  readonly checkpoint?: Binary;
  /** Number of leaves that the checkpoint covers; −1 while there is none. */
  readonly size: bigint;
}

interface RefusalRow {
  readonly _id: 'refusal';
  readonly why: string;
}

/**
 * The signed heads of one tenant's log in MongoDB, in `<tenant>.log.head`.
 * @example const heads = mongoSignedHeads({ mongo, tenant: 'main' }); await heads.publishKey(keys.verifierKey);
 */
export const mongoSignedHeads = ({ mongo, tenant }: MongoSignedHeadsOptions): PublishedHeads =>
  new MongoSignedHeads(mongo, tenant);

class MongoSignedHeads implements PublishedHeads {
  private readonly heads: Collection<HeadRow>;
  private readonly refusals: Collection<RefusalRow>;
  private key: string | undefined;

  constructor(
    private readonly mongo: MongoConnection,
    private readonly tenant: string,
  ) {
    this.heads = mongo.exact<HeadRow>(tenant, 'log.head');
    this.refusals = mongo.exact<RefusalRow>(tenant, 'log.head');
  }

  async last(): Promise<Uint8Array | undefined> {
    const checkpoint = (await this.read())?.checkpoint;
    return checkpoint === undefined ? undefined : bytesOf(checkpoint);
  }

  async verifierKey(): Promise<string | undefined> {
    return (await this.read())?.verifierKey;
  }

  async publishKey(verifierKey: string): Promise<void> {
    const published = (await this.insertKey(verifierKey)) ? verifierKey : await this.verifierKey();
    if (published !== verifierKey) throw this.otherKey();
    this.key = verifierKey;
  }

  async replaceKey(verifierKey: string): Promise<void> {
    await this.mongo.run(() =>
      this.heads.replaceOne({ _id: 'head' }, { verifierKey, size: -1n }, { upsert: true }),
    );
    this.key = verifierKey;
  }

  async keep(checkpoint: Uint8Array): Promise<void> {
    const size = sizeOf(checkpoint);
    const verifierKey = this.key;
    if (verifierKey === undefined) throw this.otherKey();
    const { matchedCount } = await this.mongo.run(() =>
      this.heads.updateOne(
        { _id: 'head', verifierKey, size: { $lte: BigInt(size) } },
        { $set: { checkpoint: new Binary(checkpoint), size: BigInt(size) } },
      ),
    );
    if (matchedCount === 0 && (await this.verifierKey()) !== verifierKey) throw this.otherKey();
  }

  async refusal(): Promise<string | undefined> {
    return (await this.mongo.run(() => this.refusals.findOne({ _id: 'refusal' })))?.why;
  }

  async refuse(why: string | undefined): Promise<void> {
    const id = { _id: 'refusal' } as const;
    await (why === undefined
      ? this.mongo.run(() => this.refusals.deleteOne(id))
      : this.mongo.run(() => this.refusals.replaceOne(id, { why }, { upsert: true })));
  }

  private async insertKey(verifierKey: string): Promise<boolean> {
    return this.mongo.run(async () => {
      try {
        await this.heads.insertOne({ _id: 'head', verifierKey, size: -1n });
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    });
  }

  private read(): Promise<HeadRow | null> {
    return this.mongo.run(() => this.heads.findOne({ _id: 'head' }));
  }

  private otherKey(): RapportError {
    return new RapportError(
      'LOG_NOT_SIGNED',
      `The log of ${this.tenant} is not published under the key of this process: give all workers the same folder of secrets (RAPPORT_KEYS), or begin the log under a new key with \`rapport log new-key\`.`,
    );
  }
}

/** A checkpoint says how many leaves it covers in its second line (C2SP tlog-checkpoint). */
function sizeOf(checkpoint: Uint8Array): number {
  const [, line = ''] = Buffer.from(checkpoint).toString('utf8').split('\n', 2);
  const size = Number(line);
  if (/^\d+$/.test(line) && Number.isSafeInteger(size)) return size;
  throw new RapportError('INTERNAL', 'What is to be kept as the head of the log is no checkpoint.');
}
