import type { Terminal } from './terminal/terminal.js';

/** What every command is told. */
export interface Invocation {
  readonly dataDir: string;
  /** The data folder, and the key folder where one was named: as a profile opens them. */
  readonly place: { readonly dataDir: string; readonly keysDir?: string };
  readonly tenant: string;
  /** One JSON document (or a line each, where there are many) instead of text for people. */
  readonly json: boolean;
  readonly terminal: Terminal;
  /** Aborts when the user stops the command. */
  readonly signal: AbortSignal;
  readonly environment: NodeJS.ProcessEnv;
}
