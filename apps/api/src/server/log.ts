/**
 * One line of the server's log. There is nothing personal in it: a route is its pattern, never an address, and errors
 * are named by their kind, since a message may quote what was sent.
 */
export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly event: 'request' | 'incident' | 'started' | 'stopping' | 'stopped';
  readonly requestId?: string;
  readonly method?: string;
  /** The pattern of the route: `/v1/parties/:id`. */
  readonly route?: string;
  readonly status?: number;
  readonly durationMs?: number;
  /** Names an internal error in the answer and in the log. */
  readonly incident?: string;
  readonly error?: string;
  /** Where an internal error arose: stack frames without the message. */
  readonly frames?: readonly string[];
}

/** Where log lines go. */
export type Log = (line: LogLine) => void;

/** An error as the log may show it: its name, code and place. */
export function describeError(error: unknown): Pick<LogLine, 'error' | 'frames'> {
  if (!(error instanceof Error)) return { error: typeof error };
  const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : '';
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  const cause =
    error.cause === undefined ? '' : `, caused by ${describeError(error.cause).error ?? 'nothing'}`;
  return { error: `${error.name}${code}${cause}`, frames: frames.slice(0, 20).map((line) => line.trim()) };
}
