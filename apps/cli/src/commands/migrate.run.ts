import {
  configurationOf,
  moveLedgers,
  placeOf,
  type MovedTenant,
  type ProductionConfiguration,
} from '@rapport/profiles';
import { RapportError } from '@rapport/kernel';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import { timeLeft } from '../terminal/time-left.js';
import { stageProgress } from '../terminal/stage-progress.js';

interface MigrateOptions {
  readonly to: 'production' | 'embedded';
  readonly all?: boolean;
  readonly dataKeys?: string;
  readonly dryRun?: boolean;
}

const TITLES = { compare: 'Comparing', events: 'Moving', build: 'Sealing and building' } as const;

/** `rapport migrate` */
export async function runMigrate(
  invocation: Invocation,
  { to, all = false, dataKeys, dryRun = false }: MigrateOptions,
): Promise<ExitCode> {
  const { terminal, json, dataDir, tenant, signal } = invocation;
  const servers = serversOf(invocation);
  const { keyEncryptionKey } = servers;
  const bars = stageProgress(invocation);
  const left = timeLeft(() => performance.now());
  let moved: readonly MovedTenant[];
  try {
    moved = await moveLedgers({
      to,
      folder: { dataDir, keysDir: dataKeys, keyEncryptionKey },
      servers,
      tenants: all ? undefined : [tenant],
      dryRun,
      onProgress: (stage, name, done, total) => {
        const title = `${TITLES[stage]} ${name}`;
        bars.update(title, done, total, `${done} of ${total} events${left(title, done, total)}`);
      },
      signal,
    });
  } finally {
    await bars.stop();
  }
  const [from, target] = to === 'production' ? [dataDir, placeOf(servers)] : [placeOf(servers), dataDir];
  if (json) await terminal.json({ to, dryRun, from, target, tenants: moved });
  else for (const one of moved) await terminal.line(told(one, dryRun));
  if (!json)
    await terminal.line(dryRun ? `Nothing was moved to ${target}.` : `Moved from ${from} to ${target}.`);
  if (!dryRun) terminal.note(AFTERWARDS[to]);
  return EXIT.ok;
}

/** Two writers under one log's key would sign two histories. */
const AFTERWARDS = {
  production:
    'Record in production from now on, and never again in the data folder: both have the key of the same log, and whoever compares two histories under one key takes them for a fork.',
  embedded:
    'The data folder is a backup, with the key of the same log: record in it only once nobody records in production any more, or whoever compares the two histories takes them for a fork.',
} as const;

function serversOf({ environment, dataDir, keysDir }: Invocation): ProductionConfiguration {
  const configuration = configurationOf(
    { ...environment, RAPPORT_PROFILE: 'production' },
    { dataDir, keysDir },
  );
  if (configuration.profile === 'production') return configuration;
  throw new RapportError('INTERNAL', 'The profile that was asked for is not the one that was given.');
}

function told(
  { tenant, events, held, takenOver, keys, erased, signed, equal }: MovedTenant,
  dryRun: boolean,
): string {
  const persons = `${keys} keys of persons, ${erased} erased`;
  if (equal === undefined || dryRun)
    return `${tenant}: ${events - held} of ${events} events would be moved; ${persons}; ${signed ?? 'none'} signed.`;
  const views =
    equal.views === undefined
      ? `views not compared: ${equal.viewsNotCompared}`
      : `equal views ${equal.views}`;
  return `${tenant}: ${takenOver} of ${events} events moved, ${held} were there; ${persons}; ${equal.leaves} equal leaves, root ${equal.root}; ${views}.`;
}
