import { setTimeout as sleep } from 'node:timers/promises';
import { RapportError, type ErrorCode } from '@rapport/kernel';
import type {
  EventStore,
  LeafStore,
  LogEnd,
  SaltedEvent,
  SaltedEvents,
  SealerSource,
} from '../ports/index.js';
import { LeafMaker } from './leaf-maker.js';
import { PacedSigner, type Signing } from './paced-signer.js';
import { SealerLease, type Leases } from './sealer-lease.js';

/** What a follower works with. */
export interface FollowerParts {
  readonly tenant: string;
  readonly events: SaltedEvents & Pick<EventStore, 'subscribe' | 'head'>;
  readonly leaves: LeafStore;
  readonly leases: Leases;
  readonly sealer: SealerSource;
  /** Names this process among those that could seal. */
  readonly owner: string;
  /**
   * Opens what signs; undefined where nothing is signed. Called whenever this process has become the sealer, since another
   * one may have signed meanwhile.
   */
  readonly openSigner: () => Promise<Signing | undefined>;
  /** Lets other processes know why nothing is sealed or signed, and when that is over; undefined while all is well. */
  readonly publishRefusal?: (why: string | undefined) => Promise<void>;
  /** Is told what broke; the follower tries again by itself. */
  readonly onFailure: (error: unknown) => void;
  /** How long another process waits for one that died. */
  readonly leaseTtlMs?: number;
  /** How long it rests after a first failure; twice as long after each further one, up to five seconds. */
  readonly backoffMsMin?: number;
  /** Milliseconds on a clock that only goes forward. */
  readonly now?: () => number;
}

/** How a log does, as the stores and this process know it. */
export interface SealingHealth {
  /** Whether this process is the one that seals. */
  readonly isSealing: boolean;
  /** Number of leaves. */
  readonly size: number;
  /** Position of the event of the last leaf; 0n when there is none. */
  readonly position: bigint;
  /** How many events are recorded and have no leaf yet. */
  readonly lag: number;
  /** Why this process seals, or signs, nothing; undefined while all is well. */
  readonly refused: RapportError | undefined;
}

const LEASE_TTL_MS = 5_000;
/** Leaves that become visible together. */
const BATCH_EVENTS_MAX = 1_000;
/** Bodies are held in memory while they are sealed: so much of their text (UTF-16 units), and one event more. */
const BATCH_UNITS_MAX = 8 * 1_048_576;
/** How often one that is not the sealer asks whether it could be, in each time that a lease lasts. */
const ASKS_PER_LEASE = 4;
const BACKOFF_MS_MIN = 100;
const BACKOFF_MS_MAX = 5_000;
const TOLD_AGAIN_MS = 60_000;
const NOTHING: LogEnd = { size: 0, position: 0n };

/**
 * Gives the events of a ledger their leaves, in ledger order, while it holds the sealer's lease; of several followers one
 * does, and another takes over when that one is gone. A ledger that is not the one the log was made of, or a stream with a
 * gap, is refused: nothing is sealed until it is the right one again.
 * @example
 * const follower = new LogFollower({ tenant, events, leaves, leases: views, sealer: eventSealer, owner, openSigner, onFailure });
 * await follower.run(signal);
 */
export class LogFollower {
  private readonly lease: SealerLease;
  private readonly signer: PacedSigner;
  private readonly leaseTtlMs: number;
  private readonly now: () => number;
  /** The log as far as this process has made it; none while it does not seal. */
  private maker: LeafMaker | undefined;
  /** Where the ledger ended when the log was taken up: what is behind that is being made again, and not signed. */
  private signFrom = 0n;
  /** The lease under which it was taken up. */
  private token: number | undefined;
  private refusal: RapportError | undefined;
  /** What other processes know of that; null while this one does not know what they know. */
  private published: string | undefined | null = null;
  private failures = 0;
  private told: { readonly message: string; readonly at: number } | undefined;

  constructor(private readonly parts: FollowerParts) {
    const { leases, owner, openSigner, leaseTtlMs = LEASE_TTL_MS, now = () => performance.now() } = parts;
    this.leaseTtlMs = leaseTtlMs;
    this.now = now;
    this.lease = new SealerLease({ leases, owner, ttlMs: leaseTtlMs, now });
    this.signer = new PacedSigner({ open: openSigner, now, onFailure: (error) => this.tell(error) });
  }

  /**
   * Follows until the signal aborts: what is under way is finished, the head signed, the lease given back. Whatever breaks
   * is told and tried again; this never rejects.
   */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.turn(signal);
        this.failures = 0;
      } catch (error) {
        await this.recover(error);
        await pause(this.backoffMs(), signal);
      }
    }
    await this.stop();
  }

  /** @throws RapportError when a store does not answer */
  async health(): Promise<SealingHealth> {
    const { leaves, events } = this.parts;
    const { size, position } = await leaves.end(); // first: the ledger grows meanwhile
    const { count } = await events.head();
    const { refused } = this;
    return { isSealing: this.maker !== undefined, size, position, lag: Math.max(0, count - size), refused };
  }

  private get refused(): RapportError | undefined {
    return this.refusal ?? this.signer.refused;
  }

  private async publish(): Promise<void> {
    const why = this.refused?.message;
    if (why === this.published) return;
    await this.parts.publishRefusal?.(why);
    this.published = why;
  }

  private backoffMs(): number {
    const { backoffMsMin = BACKOFF_MS_MIN } = this.parts;
    return Math.min(backoffMsMin * 2 ** this.failures++, BACKOFF_MS_MAX);
  }

  private async turn(signal: AbortSignal): Promise<void> {
    const lease = await this.lease.hold();
    if (lease?.token !== this.token) this.forget(); // another process may have sealed meanwhile
    if (lease === undefined) return pause(this.leaseTtlMs / ASKS_PER_LEASE, signal);
    this.token = lease.token;
    this.maker ??= await this.takeUp();
    const isCaughtUp = await this.sealBatch(this.maker);
    const { size, position } = this.maker.end;
    if (position >= this.signFrom) await this.signer.signWhenDue(size);
    await this.publish();
    const idleMsMax = Math.min(this.lease.renewInMs(), this.signer.dueInMs(size));
    if (isCaughtUp) await this.nextEvent(position, idleMsMax, signal);
  }

  private async takeUp(): Promise<LeafMaker> {
    const { tenant, events, leaves, sealer } = this.parts;
    this.signer.forget();
    const maker = await LeafMaker.resume({ events, leaves, sealer: sealer.of(tenant) });
    this.signFrom = (await events.head()).position;
    this.refusal = undefined;
    return maker;
  }

  /** @returns whether that was all there was */
  private async sealBatch(maker: LeafMaker): Promise<boolean> {
    const { events, isLast } = await this.read(maker.end.position);
    if (events.length === 0) return true;
    const made = await maker.make(events);
    const lease = await this.lease.hold();
    if (lease === undefined || lease.token !== this.token)
      throw new RapportError('LEASE_LOST', 'Another process seals this log now.');
    await this.parts.leaves.append(made, lease);
    return isLast;
  }

  private async read(
    after: bigint,
  ): Promise<{ readonly events: readonly SaltedEvent[]; readonly isLast: boolean }> {
    const events: SaltedEvent[] = [];
    let units = 0;
    for await (const event of this.parts.events.readSalted({ after, countMax: BATCH_EVENTS_MAX })) {
      events.push(event);
      units += event.body.length;
      if (units > BATCH_UNITS_MAX) return { events, isLast: false };
    }
    return { events, isLast: events.length < BATCH_EVENTS_MAX };
  }

  /** Waits for an event after a position, but not longer than that. */
  private async nextEvent(after: bigint, msMax: number, signal: AbortSignal): Promise<void> {
    const waiting = new AbortController();
    const end = (): void => waiting.abort();
    const timer = setTimeout(end, msMax);
    signal.addEventListener('abort', end, { once: true });
    try {
      if (signal.aborted) return;
      const news = this.parts.events.subscribe({ after, countMax: 1 }, waiting.signal);
      for await (const { position } of news) if (position > after) break;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      end();
    }
  }

  /** What was made may not be kept, and what is kept may be another's: all of it is looked at again. */
  private async recover(error: unknown): Promise<void> {
    const { token } = this;
    this.forget();
    const isRefused = isCode(error, 'STORE_CORRUPT');
    if (isCode(error, 'LEASE_LOST') || (isRefused && !(await this.isStillHeld(token))))
      return this.lease.forget();
    this.tell(error);
    if (!isRefused) return;
    this.refusal = error;
    await this.publish().catch((failure: unknown) => this.tell(failure)); // it is tried again with the next attempt
    await this.giveBack(); // another process may look at another store
  }

  /** Whoever stood still until another process sealed in its place finds leaves that it did not make: nothing is wrong then. */
  private async isStillHeld(token: number | undefined): Promise<boolean> {
    this.lease.forget();
    try {
      return (await this.lease.hold())?.token === token;
    } catch {
      return false; // what is wrong will be found again once the store answers
    }
  }

  private async stop(): Promise<void> {
    const { size, position } = this.maker?.end ?? NOTHING;
    if (size > 0 && position >= this.signFrom && this.lease.isFresh) await this.signer.sign(size);
    this.forget();
    await this.giveBack();
  }

  private forget(): void {
    this.published = null;
    this.maker = undefined;
    this.token = undefined;
    this.signer.forget();
  }

  private async giveBack(): Promise<void> {
    try {
      await this.lease.release();
    } catch (error) {
      this.tell(error); // it runs out by itself
    }
  }

  /** What goes on being broken is told once in a while, not at every attempt. */
  private tell(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    const at = this.now();
    if (message === this.told?.message && at - this.told.at < TOLD_AGAIN_MS) return;
    this.told = { message, at };
    this.parts.onFailure(error);
  }
}

const isCode = (error: unknown, code: ErrorCode): error is RapportError =>
  error instanceof RapportError && error.code === code;

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
