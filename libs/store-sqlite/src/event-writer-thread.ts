import { Worker, type MessagePort } from 'node:worker_threads';
import { RapportError } from '@rapport/kernel';
import type { SealerSource } from '@rapport/ledger';
import type { Answers } from './event-answers.js';
import { CLOSE, failureIn, groupMessage, type AnswerMessage } from './event-writer-messages.js';
import type { Append, AppendWriter } from './group-commit.js';
import { threadFile } from './thread-file.js';

/** What the writer's thread is told at its start. */
export interface WriterThreadData {
  readonly file: string;
  readonly tenant: string;
  /** Where what seals events is exported from. */
  readonly sealer: Pick<SealerSource, 'module' | 'name'>;
}

/** Starts a thread that has a connection of its own to `ledger.db`, and commits what it is given. */
export function writerThread(workerData: WriterThreadData, onLost?: (error: unknown) => void): AppendWriter {
  return new RemoteWriter(new Worker(threadFile('event-writer'), { workerData }), workerData.file, onLost);
}

interface Question {
  readonly resolve: (answers: Answers) => void;
  readonly reject: (error: unknown) => void;
}

/** Commits through a writer at the other end of a port. */
export class RemoteWriter implements AppendWriter {
  /** In the order in which they are answered. */
  private readonly questions: Question[] = [];
  private failure: RapportError | undefined;
  private readonly ended: Promise<void>;

  /** @param onLost is told when the other end has gone without being asked to */
  constructor(
    private readonly port: Worker | MessagePort,
    private readonly file: string,
    private readonly onLost: (error: unknown) => void = () => undefined,
  ) {
    port.on('message', (answer: AnswerMessage) => this.hear(answer));
    this.ended = new Promise((resolve) => {
      port.once('error', (error) => this.lose(error));
      port.once('exit', () => resolve());
      port.once('close', () => resolve());
    });
    void this.ended.then(() => this.lose(new Error('the thread has ended')));
    port.unref();
  }

  commit(appends: readonly Append[]): Promise<Answers> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    this.port.ref(); // the process stays for an answer it waits for
    return new Promise((resolve, reject) => {
      this.questions.push({ resolve, reject });
      this.port.postMessage(groupMessage(appends));
    });
  }

  async close(): Promise<void> {
    this.failure ??= new RapportError('STORE_UNAVAILABLE', `The ledger ${this.file} is closing.`);
    this.port.ref();
    this.port.postMessage(CLOSE);
    await this.ended;
  }

  private hear(answer: AnswerMessage): void {
    const question = this.questions.shift();
    if (this.questions.length === 0) this.port.unref();
    if ('code' in answer) question?.reject(failureIn(answer));
    else question?.resolve(answer);
  }

  /** Whoever waits is told: whether the group was written is not known, and asking again with the same ids is safe. */
  private lose(error: unknown): void {
    if (this.failure !== undefined) return;
    this.failure = new RapportError(
      'STORE_UNAVAILABLE',
      `The thread that writes the ledger ${this.file} has ended: start the server again.`,
      { cause: error },
    );
    for (const { reject } of this.questions.splice(0)) reject(this.failure);
    this.onLost(this.failure);
  }
}
