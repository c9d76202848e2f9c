import type { Command } from 'commander';
import { EXIT } from './exit-codes.js';
import { rapportProgram } from './program.js';

const HELP_WIDTH = 100;

const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'done',
  internal: "a fault of Rapport's",
  usage: 'called in a way that it does not know',
  invalid: 'something given is not valid: an event, a mapping, a date, some rows of a file',
  notFound: 'there is no such party, view, tenant, file or ledger',
  refused:
    'the ledger holds something else, refuses the event, or is held by another process; a proof does not hold',
  unavailable: 'the folder, the disk or the server cannot be used now',
  forked: 'a log showed two histories (`witness`): both signed heads are kept as evidence',
  interrupted: 'stopped with Ctrl-C',
  terminated: 'stopped by SIGTERM (`serve` ends with 0: it was told to stop and did)',
};

/** The reference page of the command line, from the commands' own help. */
export function cliReference(): string {
  const program = rapportProgram();
  const codes = Object.entries(EXIT).map(
    ([name, code]) => `| ${code} | ${EXIT_MEANINGS[name as keyof typeof EXIT]} |`,
  );
  const sections = commandsOf(program).map(
    ({ path, command }) => `## ${path}\n\n\`\`\`text\n${helpOf(command)}\n\`\`\`\n`,
  );
  return [
    '<!-- Written by `npm run docs:cli` from the help of the commands: change the commands, not this page. -->\n',
    '<!-- prettier-ignore-start -->\n',
    '# Command line\n',
    'In a checkout: `npx rapport …`. Every command takes `--json`, and those that work on a ledger `--data` and `--tenant`; `verify` and `witness` need files and public keys only. Data go to stdout, everything said about them to stderr. Commands that read open the data folder beside a running server; `record` and `import` go through the server that holds the folder, or open it themselves when nobody does.\n',
    '| variable | meaning |\n|---|---|\n| `RAPPORT_DATA` | data folder unless `--data` is given |\n| `RAPPORT_PORT` | port of `serve` unless `--port` is given |\n| `RAPPORT_DEBUG` | when set, failures come with their stack |\n| `NO_COLOR` | when set, no colour |\n',
    `| exit code | meaning |\n|---|---|\n${codes.join('\n')}\n`,
    ...sections,
    '<!-- prettier-ignore-end -->\n',
  ].join('\n');
}

/** Every command that does something, with the words that call it. */
function commandsOf(
  command: Command,
  path = command.name(),
): readonly { readonly path: string; readonly command: Command }[] {
  const below = command.commands.flatMap((child) => commandsOf(child, `${path} ${child.name()}`));
  const doesSomething = below.length === 0 || command.registeredArguments.length > 0;
  return [...(doesSomething ? [{ path, command }] : []), ...below];
}

function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
    getOutHelpWidth: () => HELP_WIDTH,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return text.trimEnd();
}
