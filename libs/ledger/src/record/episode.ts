import { compareTimeOrder, type Lifecycle, type TimeOrdered, type Touchpoint } from '@rapport/kernel';
import { decodeEvent } from './event-body.js';

/** The states of a life cycle that a decision looks at. */
export interface Around {
  /** After the events up to the time of the touchpoint. */
  readonly before: unknown;
  /** After every known event. */
  readonly all: unknown;
}

/** An event as it is stored, and the one that came before it: a list that takes no room beside its members. */
interface Kept {
  readonly type: string;
  readonly body: string;
  readonly previous: Kept | undefined;
  /** How many there are up to this one. */
  readonly count: number;
}

/**
 * What is known of one episode: its state after all of its events, and the texts of the latest of them, as they are
 * stored. Nearly every touchpoint comes after those before it; one that is late among the latest has their texts read
 * again, and for one that is later still the stream has to be (see {@link places}).
 */
export class Episode {
  /** The state after the events whose texts were let go, and the time of the last of them. */
  private base: unknown;
  private baseTime = '';
  private last: Kept | undefined;
  private all: unknown;
  /** The last of all in their own time. */
  private latest: TimeOrdered = { time: '', source: '', id: '', subject: '' };

  constructor(
    private readonly lifecycle: Lifecycle,
    private readonly stream: string,
  ) {
    this.base = this.all = lifecycle.initial();
  }

  /** Whether an event of this time can be decided about and added with what is known here. */
  places(time: string): boolean {
    return time > this.baseTime;
  }

  /** @param event what the body says */
  add(event: Touchpoint, body: string): void {
    this.last = { type: event.type, body, previous: this.last, count: this.keptTexts + 1 };
    if (compareTimeOrder(event, this.latest) > 0) {
      this.all = this.lifecycle.evolve(this.all, event);
      const { time, source, id, subject } = event;
      this.latest = { time, source, id, subject };
    } else this.all = this.foldUntil(this.latest.time);
  }

  around(time: string): Around {
    return { before: time >= this.latest.time ? this.all : this.foldUntil(time), all: this.all };
  }

  /** How many texts it keeps. */
  get keptTexts(): number {
    return this.last?.count ?? 0;
  }

  /** Lets the texts go; gives how many there were. */
  letGo(): number {
    const count = this.keptTexts;
    this.last = undefined;
    this.base = this.all;
    this.baseTime = this.latest.time;
    return count;
  }

  private foldUntil(time: string): unknown {
    const events: Touchpoint[] = [];
    for (let kept = this.last; kept !== undefined; kept = kept.previous) {
      const { type, body } = kept;
      const unnumbered = { id: '', recordedAtMs: 0, revision: 0, position: 0n };
      const event = decodeEvent({ ...unnumbered, type, body, stream: this.stream });
      if (event.time <= time) events.push(event);
    }
    return events
      .sort(compareTimeOrder)
      .reduce((state, event) => this.lifecycle.evolve(state, event), this.base);
  }
}

/** Episodes that have let go are forgotten so many at a time. */
const FORGOTTEN_MIN = 1_024;

/** The episodes of all streams whose latest texts are kept, so many texts together; the oldest let theirs go first. */
export class KeptTexts {
  /** Those that keep texts, in the order in which they began to; from `oldest` on, those before it have let go. */
  private episodes: Episode[] = [];
  private oldest = 0;
  private count = 0;

  constructor(private readonly textsMax: number) {}

  /** An episode has kept one more. The newest keeps all of its own, however many they are. */
  added(episode: Episode): void {
    if (episode.keptTexts === 1) this.episodes.push(episode);
    this.count++;
    while (this.count > this.textsMax) {
      const oldest = this.episodes[this.oldest];
      if (oldest === undefined || oldest === episode) return;
      this.oldest++;
      this.count -= oldest.letGo();
    }
    if (this.oldest * 2 < this.episodes.length || this.oldest < FORGOTTEN_MIN) return;
    this.episodes = this.episodes.slice(this.oldest);
    this.oldest = 0;
  }
}
