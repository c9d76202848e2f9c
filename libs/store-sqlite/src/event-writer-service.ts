import type { MessagePort } from 'node:worker_threads';
import {
  appendsIn,
  CLOSE,
  failureMessage,
  type AnswerMessage,
  type GroupMessage,
} from './event-writer-messages.js';
import type { EventWriter } from './event-writer.js';

/** Lets a writer commit the groups that come in at a port, until it is asked to close. */
export function serveWriter(port: MessagePort, writer: EventWriter): void {
  port.on('message', (message: GroupMessage | typeof CLOSE) => {
    if (message !== CLOSE) return port.postMessage(answerTo(message, writer));
    void writer.close().finally(() => port.close());
  });
}

function answerTo(message: GroupMessage, writer: EventWriter): AnswerMessage {
  try {
    return writer.commit(appendsIn(message));
  } catch (error) {
    return failureMessage(error);
  }
}
