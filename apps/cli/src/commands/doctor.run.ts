import { existsSync } from 'node:fs';
import type { Finding } from '../doctor/finding.js';
import { checkClock, checkDisk, checkFolder, checkNode } from '../doctor/machine-checks.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
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

async function* checks(
  { dataDir, place, terminal, json }: Invocation,
  quick: boolean,
): AsyncGenerator<Finding> {
  const nowMs = Date.now();
  yield checkNode(process.versions.node);
  yield checkClock(nowMs);
  yield await checkFolder(dataDir);
  yield await checkDisk(dataDir);
  if (!existsSync(dataDir)) return;
  const { checkHolder, checkTenants } = await import('../doctor/ledger-checks.js');
  yield await checkHolder(dataDir);
  const bar = await progress(terminal, 'Reading events', 0, json || terminal.isInteractive);
  yield* checkTenants(place, {
    quick,
    nowMs,
    onEvents: (tenant, done, total) => bar.update(done, `${tenant}, ${done} of ${total}`),
  });
  bar.stop();
}
