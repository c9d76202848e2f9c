import { Worker } from 'node:worker_threads';
import { RapportError } from '@rapport/kernel';
import type { KeyStore } from '@rapport/ledger';
import type { FailureMessage } from './event-writer-messages.js';
import { failureIn } from './event-writer-messages.js';
import type { SqliteKeyStoreOptions } from './key-store.js';
import { threadFile } from './thread-file.js';

/** What the thread is asked: a method of the store, and what it is given. */
export interface KeyStoreQuestion {
  readonly method: keyof KeyStore;
  readonly given: readonly unknown[];
}

/** Answers come in the order of the questions. */
export type KeyStoreAnswer = { readonly value: unknown } | { readonly failure: FailureMessage };

/**
 * A key store in a thread of its own: making keys durable waits for the disk several times, and a server has other things
 * to do meanwhile. The thread opens the file; what is wrong with it shows with the first question.
 * @example const store = threadedKeyStore({ file: './data/main/keys.db', tenant: 'main' });
 */
export function threadedKeyStore(options: SqliteKeyStoreOptions): KeyStore {
  const thread = new KeyStoreThread(options);
  const ask =
    <M extends keyof KeyStore>(method: M) =>
    (...given: Parameters<KeyStore[M]>): ReturnType<KeyStore[M]> =>
      thread.ask({ method, given }) as ReturnType<KeyStore[M]>;
  return {
    load: ask('load'),
    create: ask('create'),
    erase: ask('erase'),
    active: ask('active'),
    erased: ask('erased'),
    erasuresAppliedUntil: ask('erasuresAppliedUntil'),
    keepErasuresAppliedUntil: ask('keepErasuresAppliedUntil'),
    close: () => thread.close(),
  };
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

class KeyStoreThread {
  private readonly waiting: Waiting[] = [];
  private readonly worker: Worker;
  private failure: RapportError | undefined;

  constructor(options: SqliteKeyStoreOptions) {
    this.worker = new Worker(threadFile('key-store'), { workerData: options });
    this.worker.on('message', (answer: KeyStoreAnswer) => this.hear(answer));
    this.worker.once('error', (error) => this.lose(options.file, error));
    this.worker.once('exit', () => this.lose(options.file, new Error('the thread has ended')));
    this.worker.unref();
  }

  ask(question: KeyStoreQuestion): Promise<unknown> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    this.worker.ref(); // the process stays for an answer it waits for
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.worker.postMessage(question);
    });
  }

  /** Once closed it stays so. */
  async close(): Promise<void> {
    if (this.failure === undefined) await this.ask({ method: 'close', given: [] });
  }

  private hear(answer: KeyStoreAnswer): void {
    const waiting = this.waiting.shift();
    if (this.waiting.length === 0) this.worker.unref();
    if ('failure' in answer) waiting?.reject(failureIn(answer.failure));
    else waiting?.resolve(answer.value);
  }

  /** Whoever waits is told; asking again is safe, since the store gives what stands. */
  private lose(file: string, cause: unknown): void {
    this.failure ??= new RapportError(
      'STORE_UNAVAILABLE',
      `The key store ${file} is closed: open it again.`,
      { cause },
    );
    for (const { reject } of this.waiting.splice(0)) reject(this.failure);
  }
}
