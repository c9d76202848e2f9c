import type { WorkerHealth } from '@rapport/profiles';

/** What a worker holds, in numbers: the worst of all its tenants, without naming them. */
export interface Readiness {
  readonly workers: number;
  readonly tenants: number;
  readonly tenantsHeld: number;
  readonly tenantsFailing: number;
  readonly viewLagEvents: number;
  readonly sealLagEvents: number;
  readonly parked: number;
  /** Tenants that have a view which does not move although there is something to do. */
  readonly tenantsStalled: number;
  /** Tenants whose log is not sealed or signed any more. */
  readonly tenantsRefused: number;
}

/** Sums a worker's health up. */
export function readinessOf({ workers, tenants, holds, failures }: WorkerHealth): Readiness {
  const live = holds.map(({ views }) => views.filter(({ state }) => state === 'live'));
  return {
    workers,
    tenants,
    tenantsHeld: holds.length + Object.keys(failures).length,
    tenantsFailing: Object.keys(failures).length,
    viewLagEvents: Math.max(0, ...live.flat().map(({ lagEvents }) => lagEvents)),
    sealLagEvents: Math.max(0, ...holds.map(({ sealing }) => sealing.lag)),
    parked: live.flat().reduce((sum, { parked }) => sum + parked, 0),
    tenantsStalled: live.filter((views) => views.some(({ moving, lagEvents }) => !moving && lagEvents > 0))
      .length,
    tenantsRefused: holds.filter(({ sealing }) => sealing.refused !== undefined).length,
  };
}

/** Whether everything that the worker holds goes on. */
export function isReady(health: WorkerHealth): boolean {
  const { tenantsFailing, tenantsStalled, tenantsRefused } = readinessOf(health);
  return tenantsFailing + tenantsStalled + tenantsRefused === 0;
}

const GAUGES: readonly (readonly [keyof Readiness, name: string, help: string])[] = [
  ['workers', 'rapport_workers', 'Workers that live'],
  ['tenants', 'rapport_tenants', 'Tenants to look after'],
  ['tenantsHeld', 'rapport_worker_tenants_held', 'Tenants that this worker holds'],
  ['tenantsFailing', 'rapport_worker_tenants_failing', 'Tenants whose stores do not answer'],
  ['tenantsStalled', 'rapport_worker_tenants_stalled', 'Tenants with a view that does not move'],
  ['tenantsRefused', 'rapport_worker_tenants_refused', 'Tenants whose log is not sealed or signed any more'],
  ['viewLagEvents', 'rapport_worker_view_lag_events', 'Events that a view has yet to reflect, the worst'],
  ['sealLagEvents', 'rapport_worker_seal_lag_events', 'Events that have no leaf yet, the worst'],
  ['parked', 'rapport_worker_parked_keys', 'Keys that a view could not digest'],
];

/** The text that Prometheus reads. */
export function metricsOf(health: WorkerHealth): string {
  const readiness = readinessOf(health);
  const own = GAUGES.map(([of, name, help]) => gauge(name, help, readiness[of]));
  return [...own, gauge('process_resident_memory_bytes', 'Resident memory', process.memoryUsage.rss())].join(
    '',
  );
}

const gauge = (name: string, help: string, value: number): string =>
  `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${name} ${value}\n`;
