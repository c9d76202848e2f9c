import { Command, CommanderError } from 'commander';
import { addBackup } from './commands/backup.command.js';
import { addBacktest } from './commands/backtest.command.js';
import { addDiff } from './commands/diff.command.js';
import { addDoctor } from './commands/doctor.command.js';
import { addErase } from './commands/erase.command.js';
import { addExport } from './commands/export.command.js';
import { addImport } from './commands/import.command.js';
import { addLoyalty } from './commands/loyalty.command.js';
import { addLog } from './commands/log.command.js';
import { addMigrate } from './commands/migrate.command.js';
import { addProve } from './commands/prove.command.js';
import { addReceipt } from './commands/receipt.command.js';
import { addPerson } from './commands/person.command.js';
import { addRecord } from './commands/record.command.js';
import { addReferrals } from './commands/referrals.command.js';
import { addReplay } from './commands/replay.command.js';
import { addReport } from './commands/report.command.js';
import { addRestore } from './commands/restore.command.js';
import { addServe } from './commands/serve.command.js';
import { addTimeline } from './commands/timeline.command.js';
import { addVerify } from './commands/verify.command.js';
import { addViews } from './commands/views.command.js';
import { addWitness } from './commands/witness.command.js';
import { EXIT, type ExitCode } from './exit-codes.js';

const HELP = `
Exit codes: 0 done · 1 a fault of Rapport's · 2 not a command it knows · 3 something given is not valid
            4 not found · 5 refused, in conflict or not proven · 6 folder, disk or server not usable
            7 a log was forked · 130 stopped

Data go to stdout, everything said about them to stderr. First steps: rapport serve`;

/** The command with all its subcommands; nothing of the ledger is loaded yet. */
export function rapportProgram(): Command {
  const program = new Command('rapport')
    .description(
      'A relationship ledger you can prove: every touchpoint is an event, every number opens to the events behind it.',
    )
    .addHelpText('after', HELP)
    .showHelpAfterError('Run it with --help to see what it takes, with examples.')
    .exitOverride()
    .enablePositionalOptions();
  // With positional options, those behind `replay diff` are read by it and not by `replay`.
  const commands = [
    addServe,
    addImport,
    addRecord,
    addTimeline,
    addDiff,
    addLoyalty,
    addReferrals,
    addBacktest,
    addReplay,
    addProve,
    addReport,
    addViews,
    addExport,
    addReceipt,
    addLog,
    addPerson,
    addErase,
    addBackup,
    addRestore,
    addMigrate,
    addDoctor,
    addVerify,
    addWitness,
  ];
  for (const add of commands) add(program);
  return program;
}

/** Runs the command; resolves with what to say to the shell. */
export async function runProgram(argv: readonly string[]): Promise<ExitCode> {
  try {
    await rapportProgram().parseAsync([...argv]);
    return (process.exitCode ?? EXIT.ok) as ExitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    throw error;
  }
}
