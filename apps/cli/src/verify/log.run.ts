import { checkLog, readAhead } from '@rapport/proof';
import type { ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import { progress, type Progress } from '../terminal/progress.js';
import { isAddress } from './fetch-file.js';
import { proofFiles } from './proof-files.js';
import { report } from './report.js';
import { trustOf, type TrustGiven } from './trust-options.js';

interface LogOptions extends TrustGiven {
  readonly since?: string;
}

/** `rapport verify log` */
export async function runVerifyLog(
  invocation: Invocation,
  options: LogOptions,
  log: string,
): Promise<ExitCode> {
  const shown = shownProgress(invocation);
  return report(invocation, async () => {
    try {
      return await checkLog(proofFiles(invocation.signal), {
        log,
        chains: true,
        ...(isAddress(log) ? {} : { ahead: readAhead(log) }),
        onProgress: shown.update,
        ...(options.since === undefined ? {} : { since: options.since }),
        ...trustOf(options),
      });
    } finally {
      await shown.stop();
    }
  });
}

/** Progress that starts when the size of the log is known. */
function shownProgress({ terminal }: Pick<Invocation, 'terminal'>): {
  readonly update: (entries: number, size: number) => void;
  readonly stop: () => Promise<void>;
} {
  let starting: Promise<Progress> | undefined;
  let bar: Progress | undefined;
  return {
    update: (entries, size) => {
      starting ??= progress(terminal, 'Verifying', size).then((started) => (bar = started));
      bar?.update(entries, `${entries} of ${size} entries`);
    },
    stop: async () => (await starting)?.stop(),
  };
}
