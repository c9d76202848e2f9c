import type { Terminal } from './terminal/terminal.js';

/** What every command is told. */
export interface Invocation {
  readonly dataDir: string;
  /** The folder of secrets; inside the data folder unless given. */
  readonly keysDir: string | undefined;
  readonly tenant: string;
  /** One JSON document (or a line each, where there are many) instead of text for people. */
  readonly json: boolean;
  readonly terminal: Terminal;
  /** Aborts when the user stops the command. */
  readonly signal: AbortSignal;
  readonly environment: NodeJS.ProcessEnv;
}
