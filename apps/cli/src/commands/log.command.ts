import type { Command } from 'commander';
import { addCommand, runs, type Description } from '../command.js';

export function addLog(program: Command): Command {
  const log = program
    .command('log')
    .summary('The proof log: its key, its checkpoint, its files')
    .description(
      'The proof log: every event has a leaf in it, and its head is signed at intervals. Its files are those of C2SP tlog-tiles, which any tool for transparency logs can read.',
    );
  const add = (synopsis: string, description: Description): Command => addCommand(log, synopsis, description);

  runs(
    add('key', {
      summary: 'Print the key that verifies the log: publish it where others trust it',
      examples: [['rapport log key', 'the verifier key']],
    }),
    async () => (await import('./log.run.js')).runKey,
  );
  runs(
    add('checkpoint', {
      summary: 'Print the newest signed head',
      examples: [['rapport log checkpoint > march.checkpoint', 'keep what the ledger held then']],
    }),
    async () => (await import('./log.run.js')).runCheckpoint,
  );
  runs(
    add('export <folder>', {
      summary: 'Write the log as static files: checkpoint, tiles, entries',
      details:
        'An export into the same folder adds what is new. The entries are commitments and addresses, never what was said.',
      examples: [['rapport log export ./log', 'the whole log']],
    }),
    async () => (await import('./log.run.js')).runExport,
  );
  runs(
    add('new-key', {
      summary: 'Begin the log under a new key, when the old one or its last head is lost',
      details:
        'What the ledger holds now is signed as it is. The old key and head are set aside. Whoever knows the old key will refuse the new log: tell them why, and give them the new key.',
      examples: [['rapport log new-key --yes', 'after a restore, when nothing else is left']],
    }).option('--yes', 'do it; without it, only says what would be done'),
    async () => (await import('./log.run.js')).runNewKey,
  );
  return log;
}
