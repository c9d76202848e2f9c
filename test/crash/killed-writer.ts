import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
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
  /** After the first acknowledgement, or from when it is let go. */
  readonly from: 'firstAcknowledgement' | 'start';
  readonly delayMs: number;
}

/** A process that is ready to write once it is told to: starting it takes longer than what it then does. */
export class ReadyWriter {
  private readonly child: ChildProcess;
  private readonly saidFile: string;
  private readonly ended: Promise<string | null>;

  constructor(
    private readonly folder: string,
    name: string,
  ) {
    this.saidFile = join(folder, `said-${name}.jsonl`);
    const said = openSync(this.saidFile, 'a');
    this.child = spawn(process.execPath, [WRITER], {
      stdio: ['pipe', said, 'inherit'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    closeSync(said);
    this.ended = new Promise((resolve) => {
      this.child.once('exit', (_code, signal) => resolve(signal));
    });
  }

  /** Lets it write, kills it with SIGKILL, and reads what it said. */
  async writeAndBeKilled(repeats: LastWords['unanswered'], kill: Kill): Promise<LastWords> {
    const { round, projector } = kill;
    this.child.stdin?.write(
      `${JSON.stringify({ dataDir: join(this.folder, 'data'), round, projector, repeats })}\n`,
    );
    if (kill.from === 'firstAcknowledgement') await this.firstAcknowledgement(round);
    await sleep(kill.delayMs);
    const signal = await this.kill();
    if (signal !== 'SIGKILL') throw new Error(endedByItself(round));
    return lastWords(readFileSync(this.saidFile, 'utf8'));
  }

  /** Ends it; gives the signal that ended it. */
  kill(): Promise<string | null> {
    this.child.kill('SIGKILL');
    return this.ended;
  }

  private async firstAcknowledgement(round: number): Promise<void> {
    const endAt = Date.now() + BOOT_MS_MAX;
    while (!readFileSync(this.saidFile, 'utf8').includes('"acknowledged"')) {
      if (this.child.exitCode !== null) throw new Error(endedByItself(round));
      if (Date.now() > endAt) throw new Error(`the writer of round ${round} recorded nothing`);
      await sleep(POLL_MS);
    }
  }
}

const endedByItself = (round: number): string =>
  `the writer of round ${round} ended by itself: the ledger did not open`;

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
