import { setTimeout as sleep } from 'node:timers/promises';
import { noteVerifier, readLocalFile, Refusal, type NoteVerifier } from '@rapport/proof';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import { printable } from '../terminal/terminal.js';
import { isAddress, Unreachable } from '../verify/fetch-file.js';
import { InvalidOption, MissingFile } from '../verify/invalid-option.js';
import { proofFiles } from '../verify/proof-files.js';
import { answerLogs } from './answer-logs.js';
import { HeadStore } from './head-store.js';
import { lookAtLog, type Looked, type Witness } from './look-at-log.js';
import { witnessKey } from './witness-key.js';
import { writeBack } from './write-back.js';

interface WitnessOptions {
  readonly logKey: readonly string[];
  readonly key: string;
  readonly state: string;
  readonly name?: string;
  readonly once?: boolean;
  readonly interval: string;
  readonly listen?: string;
  readonly writeBack?: boolean;
}

const LOGS_MAX = 100;
const KEY_BYTES_MAX = 4_096;
const INTERVAL_SECONDS_MAX = 86_400;

/** What came of a look, or that there was nobody to look at. */
type Seen = Looked | { readonly kind: 'unreachable'; readonly message: string };

/** `rapport witness` */
export async function runWitness(
  invocation: Invocation,
  options: WitnessOptions,
  ...logs: readonly string[]
): Promise<ExitCode> {
  const { terminal, json, signal } = invocation;
  if (logs.length > LOGS_MAX) throw new InvalidOption(`A witness follows at most ${LOGS_MAX} logs.`);
  const intervalMs = 1_000 * numberOf(options.interval, '--interval', 1, INTERVAL_SECONDS_MAX);
  const port = options.listen === undefined ? undefined : numberOf(options.listen, '--listen', 0, 65_535);
  const verifiers = options.logKey.map(logVerifier);
  const { cosigner, verifierKey, isNew } = witnessKey(options.key, options.name);
  const witness: Witness = {
    stores: new Map(verifiers.map((log) => [log.name, new HeadStore(options.state, log)])),
    cosigner,
    nowSeconds: () => Math.floor(Date.now() / 1_000),
  };
  if (json) await terminal.json({ verifierKey, isNew });
  else await terminal.line(`${isNew ? 'New key' : 'Key'} of the witness: ${verifierKey}`);

  const seen = new Set<Seen['kind']>();
  const tell = async (log: string, one: Seen): Promise<void> => {
    seen.add(one.kind);
    if (json) await terminal.json({ log, ...shownOf(one) });
    else await terminal.line(printable(`${log}: ${sentenceOf(one)}`));
  };
  const look = async (log: string): Promise<void> => {
    const one = await seenAt(log, witness, signal);
    if (one.kind === 'cosigned' && options.writeBack === true && !isAddress(log))
      writeBack(log, one.checkpoint);
    await tell(log, one);
  };
  if (options.once === true) {
    for (const log of logs) await look(log);
    return exitOf(seen, true);
  }
  const server =
    port === undefined
      ? undefined
      : await answerLogs(port, witness, (origin, one) => void tell(origin, { origin, ...one }));
  try {
    if (server !== undefined)
      terminal.note(`Answers POST ${server.url}/add-checkpoint. Stop it with Ctrl-C.`);
    await Promise.all(
      logs.map(async (log) => {
        while (!signal.aborted) {
          await look(log);
          await sleep(intervalMs, undefined, { signal }).catch(() => undefined);
        }
      }),
    );
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await server?.close();
  }
  terminal.note('Stopped. Everything that was countersigned is kept.');
  return exitOf(seen, false);
}

async function seenAt(log: string, witness: Witness, signal: AbortSignal): Promise<Seen> {
  try {
    return await lookAtLog(proofFiles(signal).folder(log), witness);
  } catch (error) {
    if (error instanceof Unreachable) return { kind: 'unreachable', message: error.message };
    throw error;
  }
}

/** The worst that was seen. A witness that was told to stop has done its work unless it saw a fork. */
function exitOf(seen: ReadonlySet<Seen['kind']>, isOnce: boolean): ExitCode {
  if (seen.has('fork')) return EXIT.forked;
  if (!isOnce) return EXIT.ok;
  if (seen.has('refused') || seen.has('behind')) return EXIT.refused;
  return seen.has('unreachable') ? EXIT.unavailable : EXIT.ok;
}

function sentenceOf(seen: Seen): string {
  switch (seen.kind) {
    case 'cosigned':
      return `countersigned ${seen.size} entries of ${seen.origin ?? 'the log'}, ${seen.grownBy} of them new`;
    case 'fork':
      return `FORK: ${seen.message}. Both signed heads are kept in ${seen.evidence}`;
    case 'behind':
      return `not countersigned (behind): it shows ${seen.size} entries, ${seen.knownSize} were countersigned; was it set back?`;
    case 'refused':
      return `not countersigned (${seen.code}): ${seen.message}`;
    case 'unreachable':
      return `not countersigned (unreachable): ${seen.message}`;
  }
}

/** What programs get: no bytes. */
function shownOf(seen: Seen): object {
  if (seen.kind !== 'cosigned') return seen;
  const { kind, origin, size, grownBy } = seen;
  return { kind, origin, size, grownBy };
}

function logVerifier(given: string): NoteVerifier {
  const isKey = /^[^+]+\+[0-9a-f]{8}\+/.test(given);
  const content = isKey ? Buffer.from(given) : readLocalFile(given, KEY_BYTES_MAX);
  if (content === undefined)
    throw new MissingFile(`There is no ${given}: --log-key takes a key or its file.`);
  try {
    return noteVerifier(Buffer.from(content).toString().trim());
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new InvalidOption(`--log-key cannot be used: ${error.message}.`);
  }
}

function numberOf(text: string, option: string, min: number, max: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= min && number <= max) return number;
  throw new InvalidOption(`${option} takes a whole number from ${min} to ${max}, not ${text}.`);
}
