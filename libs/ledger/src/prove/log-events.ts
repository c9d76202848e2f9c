import { RapportError } from '@rapport/kernel';
import type { SealedEvent, StoredEvent } from '../ports/index.js';
import { chainOver, type MapSource } from './map-follower.js';
import type { KeyedEvents } from './proven-reader.js';

/** How many sealed events are read at once. */
const EVENTS_PER_READ = 2_000;

/**
 * The events of keys from the log itself, by the chains of the completeness map; it notes what it was asked for, since that
 * is what a bundle must hold.
 */
export class LogEvents implements KeyedEvents {
  /** Every key that was asked for, whether or not it has events. */
  readonly keys = new Set<string>();
  /** Every event that was given, by leaf index. */
  readonly given = new Map<number, SealedEvent>();

  /** @param size leaves that are taken account of */
  constructor(
    private readonly source: MapSource,
    readonly size: number,
    private readonly eventsMax: number,
  ) {}

  async ofKey(key: string): Promise<readonly StoredEvent[]> {
    this.keys.add(key);
    const events = await this.sealedAt(await this.source.map.leavesOf(key, this.size));
    return events.map(placed);
  }

  async inStream(stream: string, revision: number): Promise<StoredEvent> {
    const found = await this.source.eventAt(stream, revision);
    const [index] = found === undefined ? [] : await this.source.log.leafIndexesOf([found.position]);
    const [event] = index === undefined ? [] : await this.sealedAt([index]);
    if (event !== undefined) return placed(event);
    throw new RapportError(
      'STORE_CORRUPT',
      `Revision ${revision} of a stream is missing, though a correction corrects it: restore a backup.`,
    );
  }

  /** What the map holds for a key by the events that were given. */
  async valueOf(key: string): Promise<ReturnType<typeof chainOver>> {
    return chainOver(await this.sealedAt(await this.source.map.leavesOf(key, this.size)));
  }

  private async sealedAt(indexes: readonly number[]): Promise<readonly SealedEvent[]> {
    const missing = indexes.filter((index) => !this.given.has(index));
    if (this.given.size + missing.length > this.eventsMax)
      throw new RapportError(
        'LIMIT_EXCEEDED',
        `The answer depends on more than ${this.eventsMax} events, as many as a bundle holds: ask for less.`,
      );
    for (let from = 0; from < missing.length; from += EVENTS_PER_READ)
      for (const event of await this.source.log.sealedAt(missing.slice(from, from + EVENTS_PER_READ)))
        this.given.set(event.leafIndex, event);
    return indexes.flatMap((index) => this.given.get(index) ?? []);
  }
}

const placed = (event: SealedEvent): StoredEvent => ({ ...event, position: BigInt(event.leafIndex) + 1n });
