import { parseArgs } from 'node:util';

export interface RunOptions {
  readonly names: readonly string[];
  readonly json: boolean;
  readonly isAsserting: boolean;
  readonly keepsFixtures: boolean;
  readonly events?: number;
  readonly rounds?: number;
}

/** Reads the command line. @throws Error with a sentence for what is not understood */
export function readOptions(args: readonly string[]): RunOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      assert: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      events: { type: 'string' },
      rounds: { type: 'string' },
    },
  });
  return {
    names: positionals,
    json: values.json,
    isAsserting: values.assert,
    keepsFixtures: values.keep,
    ...(values.events === undefined ? {} : { events: count(values.events, '--events') }),
    ...(values.rounds === undefined ? {} : { rounds: count(values.rounds, '--rounds') }),
  };
}

function count(text: string, option: string): number {
  const value = Number(text.replaceAll('_', ''));
  if (!Number.isInteger(value) || value < 1) throw new Error(`${option} takes a whole number above 0.`);
  return value;
}

export const USAGE = `npm run bench -- [name ...] [options]

  --json         figures as JSON on stdout; the table goes to stderr
  --assert       ends with 1 when a "must" is missed
  --events N     how many events instead of the benchmark's own number
  --rounds N     how many rounds the medians are of
  --keep         leaves the generated ledgers in the temporary folder for the next run
`;
