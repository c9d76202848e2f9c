import { checkGrowth } from './check-growth.js';
import { checkLog } from './check-log.js';
import { checkReceipt } from './check-receipt.js';
import type { Files } from './counted-files.js';
import type { Finding } from './finding.js';
import { readAhead } from './read-ahead.js';
import { UnusableInput } from './unusable-input.js';
import { HELP, parseCommandLine, UsageError, type CommandLine } from './usage.js';

/** What a command answers: 0 proven, 1 refused, 2 nothing was checked. */
export interface Answer {
  readonly exitCode: 0 | 1 | 2;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Carries out a command line of `rapport-proof`.
 * @example (await runCommand(['log', 'export', '--key', verifierKey], localFiles)).exitCode
 */
export async function runCommand(words: readonly string[], files: Files): Promise<Answer> {
  if (words.includes('--help') || words[0] === 'help') return { exitCode: 0, stdout: HELP, stderr: '' };
  try {
    return answerOf(await check(parseCommandLine(words), files));
  } catch (error) {
    const isUsage =
      error instanceof UsageError || (error instanceof UnusableInput && error.reason === 'invalid');
    const message = error instanceof Error ? error.message : String(error);
    const hint = isUsage ? '; see rapport-proof --help' : '';
    return { exitCode: 2, stdout: '', stderr: `nothing was checked: ${message}${hint}\n` };
  }
}

function answerOf(finding: Finding): Answer {
  const outcome = finding.proven ? 'ok' : `refused (${finding.damage})`;
  const { files, bytes } = finding.read;
  const stdout = `${outcome}: ${finding.said}; read ${files} files, ${bytes} bytes\n`;
  return { exitCode: finding.proven ? 0 : 1, stdout, stderr: '' };
}

function check(line: CommandLine, files: Files): Promise<Finding> {
  const option = <N extends string>(name: N, member: string = name): { readonly [name: string]: string } => {
    const value = line.options.get(name);
    return value === undefined ? {} : { [member]: value };
  };
  const trust = { ...option('key'), ...option('policy') };
  if (line.command === 'receipt') {
    const [receipt = ''] = operandsOf(line, 1);
    return checkReceipt(files, { receipt, ...option('leaf'), ...trust });
  }
  if (line.command === 'log') {
    const [log = ''] = operandsOf(line, 1);
    return checkLog(files, {
      log,
      chains: !line.flags.has('any-entries'),
      ahead: readAhead(log),
      ...option('checkpoint', 'checkpointPath'),
      ...option('since'),
      ...trust,
    });
  }
  const [older = '', newer = ''] = operandsOf(line, 2);
  return checkGrowth(files, { older, newer, ...option('proof'), ...option('log'), ...trust });
}

function operandsOf({ operands, command }: CommandLine, count: number): readonly string[] {
  if (operands.length !== count)
    throw new UsageError(`${command} takes ${count === 1 ? 'one file or folder' : 'two files'}`);
  return operands;
}
