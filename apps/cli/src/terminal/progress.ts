import type { SingleBar } from 'cli-progress';
import type { Terminal } from './terminal.js';

/** Shows how far long work has come: a bar on a terminal, a line now and then elsewhere. */
export interface Progress {
  /** @param done of the total @param said what to add, like a rate @param total the total, when it was not known before */
  readonly update: (done: number, said?: string, total?: number) => void;
  readonly stop: () => void;
}

const LINE_EVERY_MS = 5_000;

/** @param total what `done` grows to; 0 when not known @param quiet nothing is shown */
export async function progress(
  terminal: Pick<Terminal, 'isInteractive' | 'note'>,
  title: string,
  total: number,
  quiet = false,
): Promise<Progress> {
  if (quiet) return { update: () => undefined, stop: () => undefined };
  return terminal.isInteractive ? bar(title, total) : lines(terminal, title, total);
}

async function bar(title: string, total: number): Promise<Progress> {
  const { default: cliProgress } = await import('cli-progress');
  const shown: SingleBar = new cliProgress.SingleBar(
    {
      format: `${title} {bar} {percentage}% {said}`,
      clearOnComplete: true,
      hideCursor: true,
      stream: process.stderr,
      etaBuffer: 100,
    },
    cliProgress.Presets.shades_classic,
  );
  shown.start(Math.max(1, total), 0, { said: '' });
  return {
    update: (done, said = '', known = total) => {
      if (known !== shown.getTotal()) shown.setTotal(Math.max(1, known));
      shown.update(Math.min(done, known), { said });
    },
    stop: () => shown.stop(),
  };
}

function lines(terminal: Pick<Terminal, 'note'>, title: string, total: number): Progress {
  let saidMs = performance.now();
  return {
    update: (done, said = '', known = total) => {
      const nowMs = performance.now();
      if (nowMs - saidMs < LINE_EVERY_MS) return;
      saidMs = nowMs;
      terminal.note(
        `${title}: ${known === 0 ? '' : `${Math.floor((100 * done) / known)} % `}${said}`.trimEnd(),
      );
    },
    stop: () => undefined,
  };
}
