import { setTimeout as sleep } from 'node:timers/promises';
import { RapportError } from '@rapport/kernel';
import type { Appended, ExpectedRevision } from '@rapport/ledger';
import { Admission } from './admission.js';
import type { AppendChannel } from './append-channel.js';
import { appendFailureOf, Interrupted } from './failures.js';
import { StreamTurns, type Turn } from './stream-turns.js';
import { encodeEvents, type AppendRequest, type ProposedEvent } from './wire/append-request.js';
import type { ServerEvent } from './wire/read-answer.js';

/** How long things may take. */
export interface AppendTimes {
  /** After so long without an answer an append is sent again, the same to the byte. */
  readonly attemptMs: number;
  /** After so long the caller is told that the outcome is not known. */
  readonly giveUpMs: number;
}

/** An append whose events are as the server takes them. */
export interface ProposedAppend {
  readonly stream: string;
  readonly streamName: string;
  readonly expected: ExpectedRevision;
  readonly events: readonly ProposedEvent[];
  /** Ids of the events, as the ledger knows them. */
  readonly ids: readonly string[];
}

export interface AppenderParts {
  readonly channel: AppendChannel;
  /** Events of a stream from a revision on, at most so many; fails by `untilMs` of `performance.now` at the latest. */
  readonly read: (
    streamName: string,
    from: number,
    countMax: number,
    untilMs: number,
  ) => Promise<readonly ServerEvent[]>;
  readonly idOf: (event: ServerEvent) => string;
  readonly times: AppendTimes;
}

/** Under way at once: as many as keep a server busy, and no more than memory holds. */
const APPENDS_MAX = 256;
const BYTES_MAX = 16 * 1_048_576;
const LOOKS_MAX = 100;
const LOOK_INTERVAL_MS = 10;
const BACKOFF_MS_MIN = 25;
const BACKOFF_MS_MAX = 1_000;

/** What an append has come to: an outcome, or that it must be asked for again. */
type Step = Appended | 'again' | 'behind';

/** Appends until the outcome is known. */
export class Appender {
  private readonly admission = new Admission(APPENDS_MAX, BYTES_MAX);
  private readonly turns = new StreamTurns();

  constructor(private readonly parts: AppenderParts) {}

  /** @throws RapportError as `EventStore.append` says */
  async append(append: ProposedAppend): Promise<Appended> {
    const until = performance.now() + this.parts.times.giveUpMs;
    const events = encodeEvents(append.events);
    const turn = this.turns.take(append.stream);
    try {
      const leave = await this.admission.enter(events.length, this.parts.times.giveUpMs);
      try {
        return await this.untilKnown({ append, events, turn, until });
      } finally {
        leave();
      }
    } catch (error) {
      throw error instanceof Interrupted ? notSent(append.stream, error) : error;
    } finally {
      turn.end();
    }
  }

  private async untilKnown(task: Task): Promise<Appended> {
    const { append, turn, until } = task;
    let cause: unknown = new Interrupted('it has no news of it');
    for (let attempt = 0; performance.now() < until; attempt++) {
      if (attempt > 0) await sleep(Math.min(backoffMs(attempt), Math.max(0, until - performance.now())));
      // Sent in order the first time; after a break those that come first go first.
      if (attempt > 0 && turn.isBehind) await before(turn.front(), until);
      try {
        const step = await this.attempt(task);
        if (step === 'behind') attempt = 0;
        else if (step !== 'again') return step;
      } catch (error) {
        if (!(error instanceof Interrupted)) throw error;
        cause = error;
        turn.isInterrupted = true;
      }
    }
    throw unknownOutcome(append.stream, cause);
  }

  private async attempt(task: Task): Promise<Step> {
    const { append, events, turn, until } = task;
    const { stream, streamName, expected } = append;
    const wasOvertaking = turn.isOvertaking;
    const timeoutMs = Math.min(this.parts.times.attemptMs, Math.max(1, until - performance.now()));
    const request: AppendRequest = {
      streamName,
      expected: expected === 'none' ? undefined : expected,
      events,
    };
    const answer = await this.parts.channel.send(request, timeoutMs);
    if (answer.kind === 'refused') throw appendFailureOf(answer.error, stream);
    if (answer.kind === 'written') return this.written(task, answer.position);
    return this.compared(task, answer.current ?? -1, wasOvertaking || turn.isOvertaking);
  }

  /** Its last event's position came with the answer; those of the others are where the server put them. */
  private async written({ append, until }: Task, position: bigint): Promise<Step> {
    const { events, expected } = append;
    const revision = numberOf(expected) + events.length;
    if (events.length === 1) return { revision, position, positions: [position], status: 'appended' };
    const standing = await this.standing(append, until);
    if (standing !== undefined) return standing;
    throw new RapportError(
      'STORE_CORRUPT',
      `EventStoreDB says that ${append.stream} was written up to revision ${revision}, and shows other events there: check its logs, and restore a backup.`,
    );
  }

  /** Another revision than expected: these very events may stand there already. */
  private async compared({ append, until }: Task, current: number, isOvertaking: boolean): Promise<Step> {
    const { expected, ids } = append;
    // One of ours that comes first is to be sent again: the stream will then be where it is expected.
    if (current < numberOf(expected) && isOvertaking) return 'behind';
    if (current < numberOf(expected) + ids.length) throw wrongRevision(append, current);
    const standing = await this.standing(append, until);
    if (standing === undefined) throw wrongRevision(append, current);
    return standing;
  }

  /**
   * What stands where these events belong, when it is these. The server counts events that it has not yet made durable,
   * and shows them only then: it is looked for until it shows, unless they were lost after all.
   */
  private async standing(
    { streamName, expected, events, ids }: ProposedAppend,
    until: number,
  ): Promise<Step | undefined> {
    const from = numberOf(expected) + 1;
    let found: readonly ServerEvent[] = [];
    for (let look = 0; found.length < ids.length; look++) {
      if (look === LOOKS_MAX) return 'again';
      if (look > 0) await sleep(LOOK_INTERVAL_MS);
      found = await this.parts.read(streamName, from, ids.length, until);
      // What this very append wrote is known by the ids that were made for it.
      const isAnother = found.some(
        (event, index) => event.id !== events[index]?.id && this.parts.idOf(event) !== ids[index],
      );
      if (isAnother) return undefined;
    }
    const positions = found.map(({ commit }) => commit);
    return {
      revision: numberOf(expected) + ids.length,
      position: positions.at(-1) as bigint,
      positions,
      status: found[0]?.id === events[0]?.id ? 'appended' : 'duplicate',
    };
  }
}

interface Task {
  readonly append: ProposedAppend;
  readonly events: Buffer;
  readonly turn: Turn;
  readonly until: number;
}

const numberOf = (expected: ExpectedRevision): number => (expected === 'none' ? -1 : expected);

/** Twice as long every time, and by chance, so that those who wait do not come back together. */
const backoffMs = (attempt: number): number =>
  Math.min(BACKOFF_MS_MAX, BACKOFF_MS_MIN * 2 ** Math.min(attempt - 1, 10)) * (0.5 + Math.random() / 2);

async function before(work: Promise<void>, until: number): Promise<void> {
  const ended = new AbortController();
  const timer = sleep(Math.max(0, until - performance.now()), undefined, { signal: ended.signal });
  timer.catch(() => undefined); // aborted when the work came first
  await Promise.race([work, timer]);
  ended.abort();
}

function wrongRevision({ stream, expected }: ProposedAppend, current: number): RapportError {
  const actual = current < 0 ? 'none' : current;
  const message =
    current < 0
      ? `Expected revision ${expected} of ${stream}, but there is no such stream: read it again and retry.`
      : `Expected ${expected === 'none' ? 'no stream' : `revision ${expected} of`} ${stream}, found ${current}: read it again and retry.`;
  return new RapportError('WRONG_EXPECTED_REVISION', message, { facts: { expected, actual } });
}

const notSent = (stream: string, cause: Interrupted): RapportError =>
  new RapportError(
    'STORE_UNAVAILABLE',
    `The append to ${stream} was not sent, since ${cause.message}: try again.`,
    { cause },
  );

const unknownOutcome = (stream: string, cause: unknown): RapportError =>
  new RapportError(
    'STORE_UNAVAILABLE',
    `EventStoreDB does not answer (${cause instanceof Error ? cause.message : String(cause)}): whether the append to ${stream} was written is not known. Repeat it with the same ids and the same expected revision: what was written is then not written again.`,
    { cause },
  );
