import { EXIT, type ExitCode } from './exit-codes.js';

/** Thrown when the user stopped the command. */
export class Interrupted extends Error {
  constructor(readonly exitCode: ExitCode = EXIT.interrupted) {
    super('Stopped.');
  }
}

/** Aborts on the first Ctrl-C or SIGTERM, with the reason {@link Interrupted}; a second one ends the process at once. */
export function interruption(): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  const on = (exitCode: typeof EXIT.interrupted | typeof EXIT.terminated) => (): void => {
    if (controller.signal.aborted) process.exit(exitCode);
    controller.abort(new Interrupted(exitCode));
  };
  const listeners = [
    ['SIGINT', on(EXIT.interrupted)],
    ['SIGTERM', on(EXIT.terminated)],
  ] as const;
  for (const [name, listener] of listeners) process.on(name, listener);
  return {
    signal: controller.signal,
    release: () => {
      for (const [name, listener] of listeners) process.removeListener(name, listener);
    },
  };
}
