import { compareTimeOrder, type Lifecycle, type Touchpoint } from '@rapport/kernel';
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
}

/**
 * What is known of one episode. Its events are kept as the texts they are stored as, and the state after all of them:
 * nearly every touchpoint comes after those before it, and only a late one has the texts read again.
 */
export class Episode {
  private last: Kept | undefined;
  private lastTime = '';
  private all: unknown;

  constructor(
    private readonly lifecycle: Lifecycle,
    private readonly stream: string,
  ) {
    this.all = lifecycle.initial();
  }

  /** @param event what the body says */
  add(event: Touchpoint, body: string): void {
    this.last = { type: event.type, body, previous: this.last };
    if (event.time > this.lastTime) {
      this.all = this.lifecycle.evolve(this.all, event);
      this.lastTime = event.time;
    } else this.all = this.foldUntil(this.lastTime);
  }

  around(time: string): Around {
    return { before: time >= this.lastTime ? this.all : this.foldUntil(time), all: this.all };
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
      .reduce((state, event) => this.lifecycle.evolve(state, event), this.lifecycle.initial());
  }
}
