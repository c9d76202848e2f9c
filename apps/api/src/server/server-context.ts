import { Metrics } from './metrics.js';
import type { ServerSettings } from './server-options.js';
import { Tenants } from './tenants.js';

/** What the parts of one running server share. */
export class ServerContext {
  readonly tenants: Tenants;
  readonly metrics = new Metrics();
  private readonly stopping = new AbortController();
  private draining = false;
  private live = 0;

  constructor(readonly settings: ServerSettings) {
    this.tenants = new Tenants(settings.rapport, settings.limits.tenantsMax);
  }

  /** Aborts when the server begins to stop: long answers end then. */
  get stopSignal(): AbortSignal {
    return this.stopping.signal;
  }

  /** Whether the server was told to stop: it still answers, and asks for no more. */
  get isDraining(): boolean {
    return this.draining;
  }

  get isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  drain(): void {
    this.draining = true;
  }

  stop(): void {
    this.drain();
    this.stopping.abort();
  }

  /** Takes a place for a live feed; false when all are taken. */
  takeLiveFeed(): boolean {
    if (this.live >= this.settings.limits.liveFeedsMax) return false;
    this.live++;
    this.metrics.liveFeeds.set(this.live);
    return true;
  }

  releaseLiveFeed(): void {
    this.live--;
    this.metrics.liveFeeds.set(this.live);
  }
}
