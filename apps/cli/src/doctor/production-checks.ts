import { stat } from 'node:fs/promises';
import { RapportError } from '@rapport/kernel';
import {
  lookAtServers,
  openOnlooker,
  placeOf,
  type Onlooker,
  type ProductionConfiguration,
  type SeenServer,
} from '@rapport/profiles';
import { failureOf } from '../failure.js';
import { mend, note, ok, type Finding } from './finding.js';

const ANSWER_MS_MAX = 5_000;
const LATENCY_MS_HIGH = 100;
const SKEW_MS_HIGH = 1_000;
/** Beyond it leases are taken over too soon or too late, and recorded times say something that is not so. */
const SKEW_MS_MAX = 5 * 60_000;
/** What was tried against Rapport, or is documented to do the same. */
const VERSIONS_MIN: Readonly<Record<string, readonly [major: number, minor: number]>> = {
  EventStoreDB: [20, 6],
  MongoDB: [4, 4],
};

/** What is configured, and whether every server answers and lets itself be used. */
export async function* checkServers(configuration: ProductionConfiguration): AsyncGenerator<Finding> {
  yield ok('configuration', `production: ${placeOf(configuration)}`);
  yield await checkSecrets(configuration);
  for (const server of await lookAtServers(configuration, ANSWER_MS_MAX)) yield* checkServer(server);
}

async function checkSecrets({ keysDir }: ProductionConfiguration): Promise<Finding> {
  const check = 'folder of secrets';
  const found = await stat(keysDir).catch(() => undefined);
  if (found === undefined)
    return note(
      check,
      `${keysDir} does not exist yet: who first records or signs makes it. If there are tenants already, RAPPORT_KEYS names a wrong folder.`,
    );
  if (!found.isDirectory()) return mend(check, `${keysDir} is a file: name a folder with RAPPORT_KEYS.`);
  if (process.platform !== 'win32' && (found.mode & 0o077) !== 0)
    return mend(check, `Others on this machine may look into ${keysDir}: run \`chmod 700 ${keysDir}\`.`);
  return ok(check, keysDir);
}

function* checkServer({ name, variable, where, isEncrypted, found }: SeenServer): Generator<Finding> {
  if (found instanceof RapportError) {
    yield mend(
      name,
      `${found.message} ${variable} names ${where}: see that it is right, with user, password and TLS.`,
    );
    return;
  }
  const { version, latencyMs, clockSkewMs = 0, mayRead, mayWrite } = found;
  const where_ = `${version} at ${where}`;
  if (isTooOld(name, version))
    yield mend(name, `${where_} is older than what Rapport was built for: update it.`);
  else if (!mayRead)
    yield mend(
      name,
      `${where_}: this user may not read the whole log, which views need: give it that right.`,
    );
  else if (!mayWrite) yield mend(name, `${where_}: this user may not write: give it that right.`);
  else if (latencyMs > LATENCY_MS_HIGH)
    yield note(
      name,
      `${where_} takes ${Math.round(latencyMs)} ms to answer: bring it nearer, or look at its load.`,
    );
  else yield ok(name, `${where_}, answers in ${latencyMs.toFixed(1)} ms, may be read and written.`);
  if (Math.abs(clockSkewMs) > SKEW_MS_HIGH) yield skewed(name, clockSkewMs);
  if (!isEncrypted && !isLocal(where))
    yield mend(name, `The connection to ${where} is not encrypted: use TLS (${variable}).`);
}

function skewed(name: string, clockSkewMs: number): Finding {
  const apart = `Its clock is ${Math.round(Math.abs(clockSkewMs) / 1_000)} s ${clockSkewMs > 0 ? 'ahead of' : 'behind'} the one here: set both, for example with NTP.`;
  return Math.abs(clockSkewMs) > SKEW_MS_MAX ? mend(`${name}: clock`, apart) : note(`${name}: clock`, apart);
}

function isTooOld(name: string, version: string): boolean {
  const [, major, minor = '0'] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  const min = VERSIONS_MIN[name.startsWith('MongoDB') ? 'MongoDB' : name];
  if (major === undefined || min === undefined) return false; // a server that does not tell is tried
  return Number(major) < min[0] || (Number(major) === min[0] && Number(minor) < min[1]);
}

const isLocal = (where: string): boolean =>
  where
    .replace(/^[^:]+:\/\//, '')
    .split(',')
    .every((host) => /^(localhost|127\.[\d.]+|\[::1\])(:\d+)?$/.test(host));

/** Who looks after the tenants. */
export async function checkWork(onlooker: Onlooker): Promise<Finding> {
  const { workersAlive, workersSilent } = await onlooker.work();
  const silent =
    workersSilent.length === 0
      ? ''
      : ` ${workersSilent.length} ended without leaving: ${workersSilent.join(', ')}.`;
  if (workersAlive.length === 0)
    return mend(
      'workers',
      `None lives, so views stand still and nothing is sealed: start one with \`node apps/worker/dist/main.js\`.${silent}`,
    );
  return ok('workers', `${workersAlive.length} alive: ${workersAlive.join(', ')}.${silent}`);
}

/** Who holds a tenant's leases, and under which key its log is published. */
export async function* checkTenantWork(onlooker: Onlooker, tenant: string): AsyncGenerator<Finding> {
  try {
    const { leases, verifierKey, ownKey } = await onlooker.tenant(tenant);
    for (const [name, does] of [
      ['projector', 'keeps the views'],
      ['sealer', 'seals the log'],
    ] as const) {
      const owner = leases.find((lease) => lease.name === name)?.owner;
      const check = `${tenant}: ${name}`;
      yield owner === undefined
        ? mend(check, `Nobody ${does}: start a worker that looks after this tenant (RAPPORT_TENANTS).`)
        : ok(check, `${owner} ${does}.`);
    }
    if (verifierKey === undefined) yield note(`${tenant}: log key`, 'Nothing was signed yet.');
    else if (ownKey !== undefined && ownKey !== verifierKey)
      yield mend(
        `${tenant}: log key`,
        `The log is published under ${verifierKey}, and the folder of secrets here holds another key: give all processes the same folder (RAPPORT_KEYS).`,
      );
    else yield ok(`${tenant}: log key`, verifierKey);
  } catch (error) {
    yield mend(tenant, failureOf(error).message);
  }
}

/** Runs checks with an onlooker; what keeps one from opening is a finding. */
export async function* withOnlooker(
  configuration: ProductionConfiguration,
  checks: (onlooker: Onlooker) => AsyncGenerator<Finding>,
): AsyncGenerator<Finding> {
  let onlooker: Onlooker;
  try {
    onlooker = await openOnlooker(configuration);
  } catch (error) {
    yield mend('servers', failureOf(error).message);
    return;
  }
  try {
    yield* checks(onlooker);
  } finally {
    await onlooker.close();
  }
}
