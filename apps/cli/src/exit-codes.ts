import type { ErrorCategory } from '@rapport/kernel';

/** What the command says to the shell: the one place that decides. */
export const EXIT = {
  ok: 0,
  internal: 1,
  /** The command was called in a way that it does not know. */
  usage: 2,
  /** Something given was not valid: an event, a mapping, a date, rows of a file. */
  invalid: 3,
  notFound: 4,
  /** The ledger holds something else, or refuses the event. */
  refused: 5,
  /** The folder, the disk or the server cannot be used now. */
  unavailable: 6,
  /** A log showed two histories: both signed heads are kept as evidence. */
  forked: 7,
  /** Stopped with Ctrl-C: 128 + SIGINT, as shells count. */
  interrupted: 130,
  /** Stopped by SIGTERM. */
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const OF_CATEGORY: Readonly<Record<ErrorCategory, ExitCode>> = {
  invalid: EXIT.invalid,
  tooLarge: EXIT.invalid,
  notFound: EXIT.notFound,
  conflict: EXIT.refused,
  refused: EXIT.refused,
  timeout: EXIT.unavailable,
  unavailable: EXIT.unavailable,
  internal: EXIT.internal,
};

/** The exit code of a category of errors. */
export const exitCodeOf = (category: ErrorCategory): ExitCode => OF_CATEGORY[category];
