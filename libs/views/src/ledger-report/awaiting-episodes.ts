import type { Kinds, Lifecycle, RecordedEvent } from '@rapport/kernel';

/** Episodes folded at once; those of a larger ledger that did not fit are counted as not checked. */
export const EPISODES_MAX = 500_000;

/** An episode that has events, but not the one that begins it. */
export type AwaitingEpisode = {
  readonly lifecycle: string;
  readonly subject: string;
  readonly episode: string;
  readonly touchpoints: number;
  readonly lastTime: string;
};

interface Open {
  readonly lifecycle: Lifecycle;
  readonly subject: string;
  readonly episode: string;
  state: unknown;
  touchpoints: number;
  lastTime: string;
}

/** Finds episodes awaiting their beginning by the life cycles of the kinds themselves. Nothing is corrected here. */
export class EpisodeWatch {
  private readonly episodes = new Map<string, Open>();
  /** Touchpoints of episodes beyond the bound. */
  notChecked = 0;

  constructor(private readonly kinds: Kinds) {}

  add(event: RecordedEvent): void {
    const lifecycle = this.kinds.get(event.type)?.lifecycle;
    const episode = lifecycle === undefined ? undefined : (lifecycle.episodeOf?.(event) ?? event.episode);
    if (lifecycle === undefined || episode === undefined) return;
    const key = JSON.stringify([lifecycle.name, event.subject, episode]);
    let open = this.episodes.get(key);
    if (open === undefined) {
      if (this.episodes.size >= EPISODES_MAX) {
        this.notChecked++;
        return;
      }
      open = {
        lifecycle,
        subject: event.subject,
        episode,
        state: lifecycle.initial(),
        touchpoints: 0,
        lastTime: event.time,
      };
      this.episodes.set(key, open);
    }
    open.state = lifecycle.evolve(open.state, event);
    open.touchpoints++;
    if (event.time > open.lastTime) open.lastTime = event.time;
  }

  /** In the order in which the ledger first heard of them. */
  *awaiting(): Generator<AwaitingEpisode> {
    for (const { lifecycle, subject, episode, state, touchpoints, lastTime } of this.episodes.values()) {
      if (lifecycle.awaitsBeginning(state))
        yield { lifecycle: lifecycle.name, subject, episode, touchpoints, lastTime };
    }
  }
}
