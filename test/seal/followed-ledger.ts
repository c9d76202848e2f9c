import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CheckpointSigner,
  followedProofLog,
  LogFollower,
  type EventToAppend,
  type FollowerParts,
  type LeafStore,
  type SealerSource,
  type SignedHeads,
} from '@rapport/ledger';
import { noteKeyPair } from '@rapport/proof';
import { sqliteEventStore, sqliteProofLog, sqliteSaltedEvents } from '@rapport/store-sqlite';
import {
  all,
  LeavesInMemory,
  memoryLeafStore,
  MemoryLeases,
  plainSealer,
  sampleEvents,
} from '@rapport/testing';

const LEASE_TTL_MS = 1_000;

/** An embedded ledger: its file seals events itself, and gives them to a follower as well. */
export class Ledger {
  readonly folder = mkdtempSync(join(tmpdir(), 'rapport-seal-'));
  readonly store;
  readonly salted;
  readonly log;
  private readonly revisions = new Map<string, number>();

  constructor(sealer: SealerSource, tenant = 'main') {
    const file = join(this.folder, 'ledger.db');
    this.store = sqliteEventStore({ file, tenant, sealer });
    this.salted = sqliteSaltedEvents({ file, tenant, sealer });
    this.log = sqliteProofLog(file);
  }

  /** Appends events, each to its stream, in this order. */
  async add(streams: readonly string[], of: (index: number) => Partial<EventToAppend> = () => ({})) {
    const appends = sampleEvents(streams.length).map((event, index) => {
      const stream = streams[index] as string;
      const last = this.revisions.get(stream);
      this.revisions.set(stream, (last ?? -1) + 1);
      return this.store.append(stream, last ?? 'none', [{ ...event, ...of(index) }]);
    });
    await Promise.all(appends);
  }

  /** Appends events to some streams that take turns. */
  grow(count: number): Promise<void> {
    return this.add(Array.from({ length: count }, (_, index) => `relationship/${index % 7}`));
  }

  async dispose(): Promise<void> {
    for (const part of [this.store, this.salted, this.log]) await part.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A follower at work. */
export interface Running {
  readonly follower: LogFollower;
  /** Everything that it said was broken. */
  readonly failures: readonly unknown[];
  readonly stop: () => Promise<void>;
}

/** A log whose leaves are kept in memory, and made by followers of a ledger. */
export class FollowedLog {
  readonly clock = { offsetMs: 0 };
  readonly shared: LeavesInMemory;
  readonly leaves: LeafStore;
  readonly keys = noteKeyPair('spec.example/main', Buffer.alloc(32, 7));
  readonly heads: SignedHeads & { kept: Uint8Array[] };
  ledger: Ledger;
  private readonly disposals: (() => Promise<void>)[] = [];

  constructor(readonly sealer: SealerSource = plainSealer) {
    this.shared = new LeavesInMemory(new MemoryLeases(() => performance.now() + this.clock.offsetMs));
    this.leaves = memoryLeafStore(this.shared);
    this.ledger = this.newLedger();
    const kept: Uint8Array[] = [];
    this.heads = {
      kept,
      last: async () => kept.at(-1),
      keep: async (head) => void kept.push(head),
    };
  }

  newLedger(): Ledger {
    const ledger = new Ledger(this.sealer);
    this.disposals.push(() => ledger.dispose());
    return ledger;
  }

  /** The ledger as it is now, which a spec may put another one in the place of. */
  get events(): FollowerParts['events'] {
    return {
      readSalted: (options) => this.ledger.salted.readSalted(options),
      saltedAt: (positions) => this.ledger.salted.saltedAt(positions),
      takeOver: (events) => this.ledger.salted.takeOver(events),
      subscribe: (options, signal) => this.ledger.store.subscribe(options, signal),
      head: () => this.ledger.store.head(),
    };
  }

  get log() {
    return followedProofLog({ leaves: memoryLeafStore(this.shared), events: this.events });
  }

  /** Opens the signer of the log, as a process that becomes its sealer does. */
  readonly openSigner = async (): Promise<CheckpointSigner> => {
    const signer = new CheckpointSigner({ log: this.log, heads: this.heads, keys: this.keys });
    await signer.open(this.heads.kept.length === 0);
    return signer;
  };

  start(owner = 'worker-1', parts: Partial<FollowerParts> = {}): Running {
    const failures: unknown[] = [];
    const follower = new LogFollower({
      tenant: 'main',
      events: this.events,
      leaves: this.leaves,
      leases: this.shared.leases,
      sealer: this.sealer,
      owner,
      openSigner: this.openSigner,
      onFailure: (error) => void failures.push(error),
      leaseTtlMs: LEASE_TTL_MS,
      ...parts,
    });
    const ending = new AbortController();
    const running = follower.run(ending.signal);
    const stop = async (): Promise<void> => {
      ending.abort();
      await running;
    };
    this.disposals.push(stop);
    return { follower, failures, stop };
  }

  /** Lets the lease of whoever holds it run out. */
  expireLease(): void {
    this.clock.offsetMs += 10 * LEASE_TTL_MS;
  }

  /** Waits until the log has so many leaves. */
  sealed(size: number): Promise<void> {
    return until(async () => (await this.leaves.end()).size >= size);
  }

  /** Seals everything that the ledger holds, and stops. */
  async followToEnd(parts: Partial<FollowerParts> = {}): Promise<void> {
    const { stop } = this.start('worker-1', parts);
    await this.sealed((await this.ledger.store.head()).count);
    await stop();
  }

  async dispose(): Promise<void> {
    for (const dispose of this.disposals.splice(0).toReversed()) await dispose();
  }
}

/** Waits until something is so; the spec's own time-out ends it. */
export async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isSo())) await sleep(5);
}

/** Everything of a log that can be compared. */
export async function contentOf(log: FollowedLog['log']): Promise<readonly string[]> {
  const events = await all(log.readSealed({ from: 0 }));
  return events.map(({ leafIndex, id, stream, revision, body, recordedAtMs, ...bytes }) => {
    const { salt, leafHash, previous } = bytes;
    const hashes = [salt, leafHash, previous ?? Buffer.alloc(0)].map((each) =>
      Buffer.from(each).toString('hex'),
    );
    return [leafIndex, id, stream, revision, body, recordedAtMs, ...hashes].join(' ');
  });
}
