import { setTimeout as sleep } from 'node:timers/promises';
import { rapportClient } from '@rapport/client';

const REACHES_MS_MAX = 60_000;
/** Longer than anything is away: it never gives up. */
const GIVE_UP_AFTER_MS = 600_000;

/** Follows a ledger by the live feed of an API, as programs do, through whatever happens to it. */
export class ChaosFollower {
  /** Where the events stood that it was shown, in the order in which it was. */
  readonly positions: string[] = [];
  private readonly ending = new AbortController();
  private readonly running: Promise<unknown>;

  constructor(url: string, tenant: string) {
    const client = rapportClient({ url, tenant, source: 'urn:spec', giveUpAfterMs: GIVE_UP_AFTER_MS });
    this.running = (async () => {
      for await (const { position } of client.live({ after: '0', signal: this.ending.signal }))
        this.positions.push(position);
    })();
    this.running.catch(() => this.ending.abort()); // told when it is stopped
  }

  /** Waits until it was shown so many events. */
  async reaches(count: number): Promise<void> {
    const untilMs = performance.now() + REACHES_MS_MAX;
    while (this.positions.length < count && !this.ending.signal.aborted && performance.now() < untilMs)
      await sleep(20);
  }

  /** @throws Error when the feed came to an end by itself */
  async stop(): Promise<void> {
    this.ending.abort();
    await this.running;
  }
}
