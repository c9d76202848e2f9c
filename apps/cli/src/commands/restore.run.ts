import { restore, type Restore } from '@rapport/profiles';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import { openingOf } from '../ledger-access/opening.js';
import { copyStages, stageProgress } from '../terminal/stage-progress.js';

interface RestoreOptions {
  readonly keysFrom?: string;
  readonly dryRun?: boolean;
}

/** `rapport restore` */
export async function runRestore(
  invocation: Invocation,
  { keysFrom, dryRun = false }: RestoreOptions,
  from: string,
): Promise<ExitCode> {
  const { terminal, json, dataDir, signal } = invocation;
  const bars = stageProgress(invocation);
  let restored: Restore;
  try {
    restored = await restore({
      from,
      keysFrom,
      ...openingOf(invocation),
      dryRun,
      onProgress: copyStages(bars),
      signal,
    });
  } finally {
    await bars.stop();
  }
  if (json) await terminal.json({ dryRun, ...restored });
  else
    for (const { tenant, events, signed, keys, erased } of restored.tenants)
      await terminal.line(
        `${tenant}: ${events} events, verified; ${signed ?? 'none'} of them signed${
          keys === undefined ? '' : `; ${keys} keys of persons open, ${erased} persons erased`
        }.`,
      );
  for (const warning of restored.warnings) terminal.note(warning);
  if (!json)
    await terminal.line(
      dryRun
        ? `The backup of ${restored.madeat} is whole. Nothing was restored.`
        : `The backup of ${restored.madeat} is in ${dataDir}. Views are built from it: run \`rapport views catch-up\`, or start the server.`,
    );
  return EXIT.ok;
}
