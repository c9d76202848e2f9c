import { backUp, type Backup } from '@rapport/profiles';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import { openingOf } from '../ledger-access/opening.js';
import { copyStages, stageProgress } from '../terminal/stage-progress.js';

interface BackupOptions {
  readonly keysTo?: string;
  readonly dryRun?: boolean;
}

/** `rapport backup` */
export async function runBackup(
  invocation: Invocation,
  { keysTo, dryRun = false }: BackupOptions,
  to: string,
): Promise<ExitCode> {
  const { terminal, json, signal } = invocation;
  const bars = stageProgress(invocation);
  let backup: Backup;
  try {
    backup = await backUp({
      ...openingOf(invocation),
      to,
      keysTo,
      dryRun,
      now: Date.now,
      onProgress: copyStages(bars),
      signal,
    });
  } finally {
    await bars.stop();
  }
  if (json) await terminal.json({ dryRun, ...backup });
  else
    for (const { tenant, bytes, events, signed } of backup.tenants)
      await terminal.line(
        events === undefined
          ? `${tenant}: ${bytes} bytes would be copied.`
          : `${tenant}: ${events} events, verified; ${signed ?? 'none'} of them signed.`,
      );
  for (const warning of backup.warnings) terminal.note(warning);
  if (!json)
    await terminal.line(
      dryRun ? 'Nothing was copied.' : `Events are in ${backup.to}, keys and secrets in ${backup.keysTo}.`,
    );
  return EXIT.ok;
}
