import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

const NANOSECONDS = 1e9;

/** Fate of touchpoints, as the counters name it. */
export interface OutcomeCounts {
  readonly recorded: number;
  readonly duplicate: number;
  readonly rejected: number;
}

/**
 * What the server counts about itself, for Prometheus. Labels are route patterns, methods, statuses and view names:
 * nothing that names a tenant or a person.
 */
export class Metrics {
  private readonly registry = new Registry();
  private readonly loopDelay: IntervalHistogram = monitorEventLoopDelay({ resolution: 20 });
  private readonly requests = new Histogram({
    name: 'rapport_http_request_seconds',
    help: 'Duration of requests by method, route pattern and status',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [this.registry],
  });
  private readonly touchpoints = new Counter({
    name: 'rapport_touchpoints_total',
    help: 'Touchpoints received by outcome',
    labelNames: ['outcome'] as const,
    registers: [this.registry],
  });
  private readonly lag = new Gauge({
    name: 'rapport_view_lag_events',
    help: 'Events that a view has yet to reflect, the worst of all tenants in use',
    labelNames: ['view'] as const,
    registers: [this.registry],
  });
  readonly liveFeeds = new Gauge({
    name: 'rapport_live_feeds',
    help: 'Open live feeds',
    registers: [this.registry],
  });

  constructor() {
    this.loopDelay.enable();
    const { loopDelay } = this;
    new Gauge({
      name: 'rapport_event_loop_delay_seconds',
      help: 'Delay of the event loop since the last scrape, by quantile',
      labelNames: ['quantile'] as const,
      registers: [this.registry],
      collect() {
        for (const percent of [50, 99]) {
          this.set({ quantile: String(percent / 100) }, loopDelay.percentile(percent) / NANOSECONDS);
        }
        this.set({ quantile: '1' }, loopDelay.max / NANOSECONDS);
        loopDelay.reset();
      },
    });
    new Gauge({
      name: 'process_resident_memory_bytes',
      help: 'Resident memory of the process',
      registers: [this.registry],
      collect() {
        this.set(process.memoryUsage.rss());
      },
    });
  }

  observeRequest(method: string, route: string, status: number, durationMs: number): void {
    this.requests.observe({ method, route, status }, durationMs / 1000);
  }

  countOutcomes(counts: OutcomeCounts): void {
    if (counts.recorded > 0) this.touchpoints.inc({ outcome: 'recorded' }, counts.recorded);
    if (counts.duplicate > 0) this.touchpoints.inc({ outcome: 'duplicate' }, counts.duplicate);
    if (counts.rejected > 0) this.touchpoints.inc({ outcome: 'rejected' }, counts.rejected);
  }

  /** The text that Prometheus reads. */
  async text(lagByView: ReadonlyMap<string, number>): Promise<string> {
    this.lag.reset();
    for (const [view, events] of lagByView) this.lag.set({ view }, events);
    return this.registry.metrics();
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  close(): void {
    this.loopDelay.disable();
  }
}
