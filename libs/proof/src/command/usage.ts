/** What `rapport-proof --help` says. */
export const HELP = `rapport-proof: checks proofs of a relationship ledger with nothing but files and a public key

  rapport-proof receipt FILE --leaf FILE --key KEY
      The leaf's exact bytes are in the log: FILE is a receipt (.tlog-proof).
  rapport-proof log FOLDER --key KEY [--checkpoint NAME]
      A whole exported log (C2SP tlog-tiles): every entry, every tile, the root, the signature.
  rapport-proof consistency OLD NEW --key KEY (--proof FILE | --log FOLDER)
      The log only grew between two signed checkpoints: by a proof of one base64 hash a line, or by the
      tiles of a log that reaches as far as NEW.

  --key KEY          the log's verifier key: <name>+<id>+<base64>
  --policy FILE      instead of --key: a C2SP tlog-policy with logs, witnesses and a quorum
  --checkpoint NAME  the checkpoint's file in FOLDER, instead of 'checkpoint'

Exit codes: 0 proven, 1 refused, 2 nothing was checked because the command or a file could not be used.
`;

/** A command line that cannot be carried out; nothing was checked. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A command line taken apart. */
export interface CommandLine {
  readonly command: string;
  readonly operands: readonly string[];
  readonly options: ReadonlyMap<string, string>;
}

const OPTIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ['receipt', ['leaf', 'key', 'policy']],
  ['log', ['key', 'policy', 'checkpoint']],
  ['consistency', ['key', 'policy', 'proof', 'log']],
]);

/** Takes a command line apart. @throws UsageError */
export function parseCommandLine([command = '', ...words]: readonly string[]): CommandLine {
  const known = OPTIONS.get(command);
  if (known === undefined) throw new UsageError('the command is receipt, log or consistency');
  const operands: string[] = [];
  const options = new Map<string, string>();
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (!word.startsWith('--')) {
      operands.push(word);
      continue;
    }
    const name = word.slice(2);
    const value = words.shift();
    if (!known.includes(name)) throw new UsageError(`${command} has no option ${word}`);
    if (value === undefined) throw new UsageError(`${word} needs a value`);
    if (options.has(name)) throw new UsageError(`${word} stands twice`);
    options.set(name, value);
  }
  return { command, operands, options };
}
