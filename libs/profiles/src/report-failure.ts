import { RapportError } from '@rapport/kernel';

/** Says on stderr what went wrong in the background: code and message, never a payload or a stack. */
export function reportFailure(error: unknown): void {
  const text =
    error instanceof RapportError
      ? `${error.code}: ${error.message}`
      : `INTERNAL: ${error instanceof Error ? `${error.name}: ${error.message}` : 'unknown failure'}`;
  process.stderr.write(`${new Date().toISOString()} ${text.slice(0, 500)}\n`);
}
