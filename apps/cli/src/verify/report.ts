import { Refusal, UnusableInput, type Finding } from '@rapport/proof';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import { printable } from '../terminal/terminal.js';
import { InvalidOption, MissingFile } from './invalid-option.js';

/**
 * Carries out a check and says what came of it, on stdout either way: a refusal is an answer.
 * @throws InvalidOption, MissingFile when nothing could be checked
 */
export async function report(
  { terminal, json }: Pick<Invocation, 'terminal' | 'json'>,
  check: () => Promise<Finding>,
): Promise<ExitCode> {
  const finding = await check().catch((error: unknown) => {
    throw unusable(error);
  });
  if (json) await terminal.json(finding);
  else for (const line of linesOf(finding)) await terminal.line(printable(line));
  return finding.proven ? EXIT.ok : EXIT.refused;
}

/** What was given and cannot be used, as the command tells it; anything else as it is. */
export function unusable(error: unknown): unknown {
  if (error instanceof UnusableInput)
    return error.reason === 'not-found'
      ? new MissingFile(`Nothing was checked: ${error.message}.`)
      : new InvalidOption(`Nothing was checked: ${error.message}.`);
  return error instanceof Refusal ? new InvalidOption(`Nothing was checked: ${error.message}.`) : error;
}

function linesOf(finding: Finding): readonly string[] {
  const { files, bytes, entries } = finding.read;
  const read = `read: ${files} files, ${bytes} bytes${entries === undefined ? '' : `, ${entries} entries`}`;
  if (!finding.proven) return [`refused (${finding.damage}): ${finding.said}`, read];
  const { event, head } = finding;
  return [
    `proven: ${finding.said}`,
    ...(event === undefined
      ? []
      : [
          `event: ${event.type} ${event.id}, revision ${event.revision} of ${event.stream}`,
          `happened: ${event.time}, recorded: ${event.recordedat}`,
        ]),
    ...head.witnesses.map(({ name, time }) => `cosigned: ${name}, ${time}`),
    read,
  ];
}
