import { RapportError } from '@rapport/kernel';

/** Says on stderr what went wrong in the background: code and message, never a payload or a stack. */
export function reportFailure(error: unknown): void {
  const text =
    error instanceof RapportError
      ? `${error.code}: ${error.message}`
      : `INTERNAL: ${error instanceof Error ? `${error.name}: ${error.message}` : 'unknown failure'}`;
  process.stderr.write(`${new Date().toISOString()} ${text.slice(0, 500)}\n`);
}

/** Says why, and ends the process with an error: a server that cannot do its work any more must not stay. */
export function endProcess(error: unknown): void {
  reportFailure(error);
  process.exitCode = 1;
  process.kill(process.pid, 'SIGTERM');
}
