/** What `rapport-proof --help` says. */
export const HELP = `rapport-proof: checks proofs of a relationship ledger with nothing but files and a public key

  rapport-proof receipt FILE --key KEY [--leaf FILE]
      The leaf's exact bytes are in the log: FILE is a receipt (.tlog-proof); the leaf of a.tlog-proof is
      a.leaf unless said otherwise.
  rapport-proof log FOLDER --key KEY [--since FILE] [--checkpoint NAME] [--any-entries]
      A whole exported log (C2SP tlog-tiles): every entry, every tile, the root, the signature, and the chain
      of leaves of every stream.
  rapport-proof consistency OLD NEW --key KEY (--proof FILE | --log FOLDER)
      The log only grew between two signed checkpoints: by a proof of one base64 hash a line, or by the
      tiles of a log that reaches as far as NEW.

  --key KEY          the log's verifier key, <name>+<id>+<base64>, or a file that holds it
  --policy FILE      instead of --key: a C2SP tlog-policy with logs, witnesses and a quorum
  --since FILE       an older checkpoint of the log, from which it must only have grown
  --checkpoint NAME  the checkpoint's file in FOLDER, instead of 'checkpoint'
  --any-entries      the log is not a ledger's: check no chains of leaves

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
  /** Options without a value. */
  readonly flags: ReadonlySet<string>;
}

const OPTIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ['receipt', ['leaf', 'key', 'policy']],
  ['log', ['key', 'policy', 'checkpoint', 'since']],
  ['consistency', ['key', 'policy', 'proof', 'log']],
]);

const FLAGS: ReadonlyMap<string, readonly string[]> = new Map([['log', ['any-entries']]]);

/** Takes a command line apart. @throws UsageError */
export function parseCommandLine([command = '', ...words]: readonly string[]): CommandLine {
  const known = OPTIONS.get(command);
  if (known === undefined) throw new UsageError('the command is receipt, log or consistency');
  const operands: string[] = [];
  const options = new Map<string, string>();
  const flags = new Set<string>();
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (!word.startsWith('--')) {
      operands.push(word);
      continue;
    }
    const name = word.slice(2);
    if (FLAGS.get(command)?.includes(name) === true) {
      flags.add(name);
      continue;
    }
    const value = words.shift();
    if (!known.includes(name)) throw new UsageError(`${command} has no option ${word}`);
    if (value === undefined) throw new UsageError(`${word} needs a value`);
    if (options.has(name)) throw new UsageError(`${word} stands twice`);
    options.set(name, value);
  }
  return { command, operands, options, flags };
}
