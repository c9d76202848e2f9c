import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const WRITER = fileURLToPath(new URL('./writer.mjs', import.meta.url));
const BOOT_MS_MAX = 20_000;
const POLL_MS = 4;

/** An event by the identity it has within the crash specs. */
export interface Sent {
  readonly subject: string;
  readonly id: string;
}

export interface Acknowledged extends Sent {
  readonly status: 'recorded' | 'duplicate' | 'rejected';
  readonly revision: number;
  readonly position: string;
}

/** What one writer said before it was killed. */
export interface LastWords {
  readonly acknowledged: readonly Acknowledged[];
  /** Batches sent and never answered: recorded or not, nobody knows. */
  readonly unanswered: readonly (readonly Sent[])[];
}

/** How and when a writer is killed. */
export interface Kill {
  readonly round: number;
  readonly projector: 'inline' | 'thread';
  /** After the first acknowledgement, or from the start of the process. */
  readonly from: 'firstAcknowledgement' | 'start';
  readonly delayMs: number;
}

/** Starts a writer on the folder, kills it with SIGKILL, and reads what it said. */
export async function writeAndKill(
  folder: string,
  repeats: LastWords['unanswered'],
  kill: Kill,
): Promise<LastWords> {
  const saidFile = join(folder, 'said.jsonl');
  const repeatsFile = join(folder, 'repeats.json');
  writeFileSync(repeatsFile, JSON.stringify(repeats));
  writeFileSync(saidFile, '');
  const said = openSync(saidFile, 'a');
  const child = spawn(
    process.execPath,
    [WRITER, join(folder, 'data'), String(kill.round), kill.projector, repeatsFile],
    {
      stdio: ['ignore', said, 'inherit'],
      env: { ...process.env, NODE_OPTIONS: '' },
    },
  );
  closeSync(said);
  const ended = new Promise<string | null>((resolve) =>
    child.once('exit', (_code, signal) => resolve(signal)),
  );
  const endAt = Date.now() + BOOT_MS_MAX;
  while (kill.from === 'firstAcknowledgement' && !readFileSync(saidFile, 'utf8').includes('"acknowledged"')) {
    if (child.exitCode !== null)
      throw new Error(`the writer of round ${kill.round} ended by itself: the ledger did not open`);
    if (Date.now() > endAt) break;
    await sleep(POLL_MS);
  }
  await sleep(kill.delayMs);
  child.kill('SIGKILL');
  if ((await ended) !== 'SIGKILL')
    throw new Error(`the writer of round ${kill.round} ended by itself: the ledger did not open`);
  return lastWords(readFileSync(saidFile, 'utf8'));
}

function lastWords(text: string): LastWords {
  const acknowledged: Acknowledged[] = [];
  const sent: (readonly Sent[])[] = [];
  for (const line of text.split('\n').slice(0, -1)) {
    const said = JSON.parse(line) as {
      readonly sent?: readonly Sent[];
      readonly acknowledged?: readonly Acknowledged[];
    };
    if (said.sent !== undefined) sent.push(said.sent);
    if (said.acknowledged !== undefined) acknowledged.push(...said.acknowledged);
  }
  const answered = new Set(acknowledged.map(({ id }) => id));
  return { acknowledged, unanswered: sent.filter((events) => events.some(({ id }) => !answered.has(id))) };
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
