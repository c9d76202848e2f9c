import { existsSync } from 'node:fs';
import { RapportError } from '@rapport/kernel';
import type { Configuration, ProductionConfiguration } from '@rapport/profiles';
import { mend, type Finding } from '../doctor/finding.js';
import type { checkTenants } from '../doctor/ledger-checks.js';
import { checkClock, checkDisk, checkFolder, checkNode } from '../doctor/machine-checks.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import { configurationFor } from '../ledger-access/opening.js';
import { progress } from '../terminal/progress.js';
import { printable, type Style } from '../terminal/terminal.js';

const STYLES: Readonly<Record<Finding['state'], Style>> = { ok: 'green', note: 'yellow', mend: 'red' };

/** `rapport doctor` */
export async function runDoctor(
  invocation: Invocation,
  options: { readonly quick?: boolean },
): Promise<ExitCode> {
  const { terminal, json, dataDir, signal } = invocation;
  const findings: Finding[] = [];
  for await (const finding of checks(invocation, options.quick === true)) {
    signal.throwIfAborted();
    findings.push(finding);
    if (!json)
      await terminal.line(
        `${terminal.style(STYLES[finding.state], finding.state.padEnd(4))}  ${finding.check}: ${printable(finding.says)}`,
      );
  }
  if (json) await terminal.json({ dataDir, findings });
  const mending = findings.filter(({ state }) => state === 'mend').length;
  terminal.note(
    mending === 0
      ? 'Nothing needs mending.'
      : `${mending} ${mending === 1 ? 'thing needs' : 'things need'} mending.`,
  );
  return mending === 0 ? EXIT.ok : EXIT.unavailable;
}

async function* checks(invocation: Invocation, quick: boolean): AsyncGenerator<Finding> {
  const nowMs = Date.now();
  yield checkNode(process.versions.node);
  yield checkClock(nowMs);
  const configuration = configured(invocation);
  if (configuration instanceof RapportError) yield mend('configuration', configuration.message);
  else if (configuration.profile === 'production')
    yield* productionChecks(invocation, configuration, quick, nowMs);
  else yield* embeddedChecks(invocation, quick, nowMs);
}

async function* embeddedChecks(
  invocation: Invocation,
  quick: boolean,
  nowMs: number,
): AsyncGenerator<Finding> {
  const { dataDir } = invocation;
  yield await checkFolder(dataDir);
  yield await checkDisk(dataDir);
  if (!existsSync(dataDir)) return;
  const { checkHolder } = await import('../doctor/ledger-checks.js');
  yield await checkHolder(dataDir);
  yield* tenantChecks(invocation, {
    quick,
    nowMs,
    catchUp: (tenant) => `run \`rapport views catch-up --tenant ${tenant}\`, or start the server`,
  });
}

async function* productionChecks(
  invocation: Invocation,
  configuration: ProductionConfiguration,
  quick: boolean,
  nowMs: number,
): AsyncGenerator<Finding> {
  const { checkServers, checkTenantWork, checkWork, withOnlooker } =
    await import('../doctor/production-checks.js');
  let isUsable = true;
  for await (const finding of checkServers(configuration)) {
    isUsable &&= finding.state !== 'mend' || !/^(EventStoreDB|MongoDB)/.test(finding.check);
    yield finding;
  }
  if (!isUsable) return; // what follows would only say the same again, after long waiting
  yield* withOnlooker(configuration, async function* (onlooker) {
    yield await checkWork(onlooker);
    yield* tenantChecks(invocation, {
      quick,
      nowMs,
      catchUp: () => 'start a worker, or see what the one that holds them says',
      more: (tenant) => checkTenantWork(onlooker, tenant),
    });
  });
}

type TenantChecks = Omit<Parameters<typeof checkTenants>[1], 'onEvents'>;

async function* tenantChecks(invocation: Invocation, options: TenantChecks): AsyncGenerator<Finding> {
  const { terminal, json } = invocation;
  const { checkTenants } = await import('../doctor/ledger-checks.js');
  const bar = await progress(terminal, 'Reading events', 0, json || terminal.isInteractive);
  yield* checkTenants(invocation, {
    ...options,
    onEvents: (tenant, done, total) => bar.update(done, `${tenant}, ${done} of ${total}`),
  });
  bar.stop();
}

function configured(invocation: Invocation): Configuration | RapportError {
  try {
    return configurationFor(invocation);
  } catch (error) {
    if (error instanceof RapportError) return error;
    throw error;
  }
}
