import { holderOf, type Rapport } from '@rapport/profiles';
import { failureOf } from '../failure.js';
import type { Ledger } from '../ledger-access/ledger.js';
import { opened, type Opening } from '../ledger-access/opening.js';
import { mend, note, ok, type Finding } from './finding.js';
import { checkKeys } from './key-checks.js';

const SKEW_MS_MAX = 5 * 60_000;

export async function checkHolder(dataDir: string): Promise<Finding> {
  const holder = await holderOf(dataDir);
  if (holder === undefined) return ok('holder', 'Nobody holds the folder for writing.');
  return ok(
    'holder',
    `Process ${holder.pid} since ${holder.since}${holder.url === undefined ? '' : `, serving ${holder.url}`}.`,
  );
}

/** Checks every tenant; a tenant that cannot be opened never hides the others. */
export async function* checkTenants(
  opening: Opening,
  options: {
    readonly quick: boolean;
    readonly nowMs: number;
    readonly onEvents: (tenant: string, done: number, total: number) => void;
    /** What to do for views that stand still. */
    readonly catchUp: (tenant: string) => string;
    /** What else there is to check of a tenant. */
    readonly more?: (tenant: string) => AsyncGenerator<Finding>;
  },
): AsyncGenerator<Finding> {
  const rapport = await opened(opening, 'read');
  try {
    const tenants = await rapport.tenants();
    if (tenants.length === 0) yield note('tenants', 'None yet.');
    for (const tenant of tenants) {
      if (options.more !== undefined) yield* options.more(tenant);
      yield* checkTenant(rapport, tenant, options);
    }
  } finally {
    await rapport.close();
  }
}

async function* checkTenant(
  rapport: Rapport,
  tenant: string,
  options: Parameters<typeof checkTenants>[1],
): AsyncGenerator<Finding> {
  try {
    const ledger = await rapport.ledger(tenant);
    yield* checkViews(ledger, options.catchUp(tenant));
    yield await checkRecordedAt(ledger, options.nowMs);
    yield await checkLog(ledger);
    yield await checkKeys(ledger);
    if (!options.quick)
      yield await checkEvents(ledger, (done, total) => options.onEvents(tenant, done, total));
  } catch (error) {
    yield mend(tenant, failureOf(error).message);
  }
}

async function* checkViews(ledger: Ledger, catchUp: string): AsyncGenerator<Finding> {
  const check = `${ledger.tenant}: views`;
  const health = await ledger.health();
  const lag = Math.max(0, ...health.map(({ lagEvents }) => lagEvents));
  const stuck = health.filter(({ lagEvents, moving }) => lagEvents > 0 && !moving).map(({ view }) => view);
  const parked = health.reduce((sum, one) => sum + one.parked, 0);
  if (parked > 0)
    yield mend(check, `${parked} keys are parked: see \`rapport views parked --tenant ${ledger.tenant}\`.`);
  if (stuck.length > 0)
    yield note(check, `${lag} events behind and not moving (${stuck.join(', ')}): ${catchUp}.`);
  else if (lag > 0) yield note(check, `${lag} events behind, moving.`);
  else yield ok(check, `${health.length} views up to date.`);
}

/** What a reader can tell: whether somebody has signed what the ledger holds. */
async function checkLog(ledger: Ledger): Promise<Finding> {
  const check = `${ledger.tenant}: proof log`;
  const head = await ledger.log.head();
  if (head === undefined)
    return note(check, 'Nothing was signed yet, or the key folder is elsewhere: name it with --keys.');
  const { count } = await ledger.head();
  if (head.size > count)
    return mend(
      check,
      `${head.size} events were signed, and the ledger holds ${count}: it is an older copy, or has lost its end. Restore what is missing.`,
    );
  return ok(check, `Signed up to ${head.size} of ${count} events.`);
}

async function checkRecordedAt(ledger: Ledger, nowMs: number): Promise<Finding> {
  const check = `${ledger.tenant}: clock`;
  const { count, recordedAtMs } = await ledger.head();
  const aheadMs = recordedAtMs - nowMs;
  return count === 0 || aheadMs <= SKEW_MS_MAX
    ? ok(
        check,
        count === 0 ? 'No events yet.' : `Last event recorded ${new Date(recordedAtMs).toISOString()}.`,
      )
    : mend(
        check,
        `The last event was recorded ${Math.round(aheadMs / 60_000)} minutes in the future of this clock: set the clock.`,
      );
}

/** Reads every event back: what cannot be read cannot be replayed. */
async function checkEvents(
  ledger: Ledger,
  onEvents: (done: number, total: number) => void,
): Promise<Finding> {
  const check = `${ledger.tenant}: events`;
  const { count } = await ledger.head();
  let read = 0;
  let last = 0n;
  for await (const { position } of ledger.feed({})) {
    if (position <= last)
      return mend(check, `Position ${position} follows ${last}: restore the ledger from a backup.`);
    last = position;
    if (++read % 10_000 === 0) onEvents(read, count);
  }
  return read >= count
    ? ok(check, `${read} events read back.`)
    : mend(check, `${count - read} of ${count} events could not be read: restore the ledger from a backup.`);
}
