import { parentPort, workerData } from 'node:worker_threads';
import type { KeyStore } from '@rapport/ledger';
import { failureMessage } from './event-writer-messages.js';
import type { KeyStoreAnswer, KeyStoreQuestion } from './key-store-thread.js';
import { sqliteKeyStore, type SqliteKeyStoreOptions } from './key-store.js';

const port = parentPort;
if (port === null) throw new Error('key-store.thread runs as a worker thread only');
const options = workerData as SqliteKeyStoreOptions;
let opened: KeyStore | undefined;

/** One after the other, so that answers come in the order of the questions. */
let turn: Promise<void> = Promise.resolve();
port.on('message', (question: KeyStoreQuestion) => {
  turn = turn.then(async () => {
    const answer = await answerTo(question);
    port.postMessage(answer);
    if (question.method === 'close') port.close();
  });
});

async function answerTo({ method, given }: KeyStoreQuestion): Promise<KeyStoreAnswer> {
  try {
    opened ??= sqliteKeyStore(options);
    const call = opened[method] as (...all: readonly unknown[]) => Promise<unknown>;
    return { value: await call.apply(opened, given as unknown[]) };
  } catch (error) {
    return { failure: failureMessage(error) };
  }
}
