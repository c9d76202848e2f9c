import type { Command } from 'commander';

/** Adds the bounds that every answer about a party takes. */
export const addBounds = (command: Command): Command =>
  addKnownAt(
    command.option(
      '--as-of <time>',
      'only what happened by then: a day (its last moment, UTC) or an RFC 3339 time',
    ),
  );

/** Adds the two ways to say what was known. */
export const addKnownAt = (command: Command): Command =>
  command
    .option('--known-at <when>', 'only what the ledger had recorded by then: a position, a day or a time')
    .option('--tree-size <leaves>', 'the same, as the size of the proof log that a checkpoint states');

/** Adds the two sets of bounds of a comparison. */
export const addTwoBounds = (command: Command): Command =>
  command
    .option('--from-as-of <time>', 'first side: what had happened by then')
    .option('--from-known-at <when>', 'first side: what was known by then')
    .option('--from-tree-size <leaves>', 'first side: what was known at this size of the proof log')
    .option('--to-as-of <time>', 'second side: what had happened by then')
    .option('--to-known-at <when>', 'second side: what was known by then')
    .option('--to-tree-size <leaves>', 'second side: what was known at this size of the proof log');

/** Adds what records a reading as an event. */
export const addViewing = (command: Command): Command =>
  command
    .option('--purpose <text>', 'record as an event that you look, and what for; goes with --actor')
    .option('--actor <id>', 'who looks');
