import type { Command } from 'commander';
import { EXIT, type ExitCode } from './exit-codes.js';
import { interruption } from './interruption.js';
import type { Invocation } from './invocation.js';
import { processTerminal } from './terminal/terminal.js';

/** What a command does; loaded only when it is run. */
export type Run<O> = (invocation: Invocation, options: O, ...operands: string[]) => Promise<ExitCode | void>;

/** How a command is described. */
export interface Description {
  readonly summary: string;
  /** More than the summary says, when there is more to say. */
  readonly details?: string;
  /** Lines that can be copied and run, with what they do. */
  readonly examples: readonly (readonly [line: string, does: string])[];
}

interface CommonOptions {
  readonly data: string;
  readonly keys?: string;
  readonly tenant: string;
  readonly json?: boolean;
}

/** Where a ledger is unless told otherwise. */
export const DATA_DIR_DEFAULT = './data';
export const TENANT_DEFAULT = 'main';

/**
 * Adds a command with what all have in common: where the ledger is, machine-readable output, examples.
 * @param synopsis name and operands, as commander writes them
 */
export function addCommand(
  program: Command,
  synopsis: string,
  { summary, details, examples }: Description,
): Command {
  const width = Math.max(...examples.map(([line]) => line.length));
  const shown = examples.map(([line, does]) => `  ${line.padEnd(width)}  ${does}`).join('\n');
  return program
    .command(synopsis)
    .summary(summary)
    .description(details === undefined ? `${summary}.` : `${summary}.\n\n${details}`)
    .addHelpText('after', `\nExamples:\n${shown}`);
}

/** Adds the options of commands that work on a ledger, at the end of the list, and says what the command does. */
export const runs = <O>(command: Command, load: () => Promise<Run<O>>): Command =>
  runsAnywhere(
    command
      .option('--data <dir>', `data folder (env RAPPORT_DATA, default ${DATA_DIR_DEFAULT})`)
      .option('--keys <dir>', 'folder of keys and signed heads (env RAPPORT_KEYS, default <data>/.keys)')
      .option('--tenant <name>', `tenant: one isolated ledger (default ${TENANT_DEFAULT})`),
    load,
  );

/** Says what a command does that needs no ledger, and adds the option that all commands have. */
export function runsAnywhere<O>(command: Command, load: () => Promise<Run<O>>): Command {
  return command.option('--json', 'machine-readable output').action(async (...given: unknown[]) => {
    // Commander gives the operands, then the options, then the command.
    const options = given.at(-2) as O & Partial<CommonOptions>;
    const operands = given
      .slice(0, -2)
      .flat()
      .filter((operand) => typeof operand === 'string');
    process.exitCode = await runSafely(options, async (invocation) =>
      (await load())(invocation, options, ...operands),
    );
  });
}

async function runSafely(
  options: Partial<CommonOptions>,
  run: (invocation: Invocation) => Promise<ExitCode | void>,
): Promise<ExitCode> {
  const environment = process.env;
  const terminal = processTerminal(environment);
  const { signal, release } = interruption();
  const json = options.json === true;
  const dataDir = options.data ?? (environment['RAPPORT_DATA'] || DATA_DIR_DEFAULT);
  const keysDir = options.keys ?? environment['RAPPORT_KEYS'];
  try {
    return (
      (await run({
        dataDir,
        place: { dataDir, ...(keysDir ? { keysDir } : {}) },
        tenant: options.tenant ?? TENANT_DEFAULT,
        json,
        terminal,
        signal,
        environment,
      })) ?? EXIT.ok
    );
  } catch (error) {
    const { failureOf } = await import('./failure.js');
    const failure = failureOf(signal.aborted ? signal.reason : error);
    terminal.note(
      json
        ? JSON.stringify({ error: { code: failure.code, message: failure.message } })
        : `rapport: ${failure.message}`,
    );
    if ((environment['RAPPORT_DEBUG'] ?? '') !== '')
      terminal.note(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return failure.exitCode;
  } finally {
    release();
  }
}
