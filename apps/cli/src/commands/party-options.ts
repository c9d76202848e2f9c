import type { Command } from 'commander';

/** Adds the two bounds that every answer about a party takes. */
export const addBounds = (command: Command): Command =>
  command
    .option('--as-of <time>', 'only what happened by then: a day (its last moment, UTC) or an RFC 3339 time')
    .option('--known-at <when>', 'only what the ledger had recorded by then: a position, a day or a time');
