import { setTimeout as sleep } from 'node:timers/promises';
import {
  eventIdOf,
  reject,
  type Json,
  type Kind,
  type Kinds,
  type OpenedEvent,
  type RecordedEvent,
  type Rejection,
  type Touchpoint,
} from '@rapport/kernel';
import type { KeysByPerson } from '@rapport/privacy';
import type { RecordOutcome } from '../ledger.js';
import { openEvents } from '../personal/open-events.js';
import { Sealing, type OpenKeys } from '../personal/sealing.js';
import type { AppendOutcome, EventStore } from '../ports/index.js';
import { splitCorrected } from '../resolve/corrected-data.js';
import { answerAppended } from './answer-appended.js';
import { Batch } from './batch.js';
import { decide } from './decide.js';
import { settleDoubts, type Doubt } from './doubts.js';
import { encodeBody } from './event-body.js';
import { isOvertaken, overtakenTooOften } from './overtaken.js';
import { parseTouchpoint, type Speaker } from './parse-touchpoint.js';
import { APPEND_BYTES_PLANNED, bytesAtMost, PlannedAppend, type Candidate } from './planned-append.js';
import { answerRepeats, repeatsOf, type Repeat } from './repeats.js';
import { splitTouchpoint } from './split-touchpoint.js';
import { episodeNameOf, StreamStates, type StreamState } from './stream-state.js';

/** How often a batch starts over when another writer was faster on a stream. */
const ATTEMPTS_MAX = 8;
/** About how long a batch that was overtaken again and again steps aside, the longer the more often it was. */
const STEP_ASIDE_MS = 10;

/** Decides about touchpoints and appends those that stand: the write path. */
export class Recorder {
  private readonly states: StreamStates;
  private readonly sealing: Sealing;
  private lastRecordedAtMs = 0;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly tenant: string,
    private readonly store: EventStore,
    private readonly kinds: Kinds,
    private readonly keys: OpenKeys,
    private readonly now: () => number,
  ) {
    this.states = new StreamStates(store, kinds);
    this.sealing = new Sealing(tenant, kinds, keys);
  }

  /** Takes up the ledger's clock where it stood, so that recorded times never go back. */
  async open(): Promise<void> {
    this.lastRecordedAtMs = (await this.store.head()).recordedAtMs;
  }

  async record(inputs: readonly Json[], by: Speaker): Promise<readonly RecordOutcome[]> {
    const outcomes = new Array<RecordOutcome>(inputs.length);
    let candidates: readonly Candidate[] = this.parse(inputs, by, outcomes);
    for (let attempt = 1; candidates.length > 0; attempt++) {
      if (attempt > 2) await sleep(Math.random() * STEP_ASIDE_MS * attempt); // others are at the same streams
      candidates = await this.attempt(candidates, outcomes, attempt === ATTEMPTS_MAX);
    }
    return outcomes;
  }

  private parse(inputs: readonly Json[], by: Speaker, outcomes: RecordOutcome[]): Candidate[] {
    const candidates: Candidate[] = [];
    const nowMs = this.now();
    for (let index = 0; index < inputs.length; index++) {
      const parsed = parseTouchpoint(this.kinds, inputs[index] as Json, nowMs, by);
      if (parsed.ok) {
        const { touchpoint, kind } = parsed.value;
        const episode = episodeNameOf(kind.lifecycle, touchpoint);
        const split = splitTouchpoint(touchpoint.data, kind);
        candidates.push({ index, touchpoint, kind, episode, split });
      } else outcomes[index] = { status: 'rejected', rejection: parsed.rejection };
    }
    return candidates;
  }

  /** Decides and appends; gives the candidates that another writer has overtaken. */
  private async attempt(
    candidates: readonly Candidate[],
    outcomes: RecordOutcome[],
    last: boolean,
  ): Promise<readonly Candidate[]> {
    const loading = Promise.all([this.statesOf(candidates), this.sealing.keysFor(candidates)]);
    // States and keys are loaded side by side; decisions are made in the order of the calls.
    const planning = this.turn.then(async () => {
      const [states, keys] = await loading;
      return this.plan(candidates, states, keys, outcomes, last);
    });
    this.turn = planning.catch(() => undefined);
    loading.catch(() => undefined); // reaches the caller through the planning
    return (await planning).settled();
  }

  /** The state of each candidate's stream, in their order. */
  private async statesOf(candidates: readonly Candidate[]): Promise<readonly StreamState[]> {
    const loading: Promise<void>[] = [];
    const states: (StreamState | undefined)[] = candidates.map((candidate, place) => {
      const state = this.states.cached(candidate);
      if (state !== undefined) return state;
      const { subject } = candidate.touchpoint;
      loading.push(this.states.load(subject).then((loaded) => void (states[place] = loaded)));
      return undefined;
    });
    if (loading.length > 0) await Promise.all(loading);
    return states as readonly StreamState[];
  }

  /** Decides about each in order and sends what stands to the store, without waiting for it. */
  private plan(
    candidates: readonly Candidate[],
    states: readonly StreamState[],
    keys: KeysByPerson | undefined,
    outcomes: RecordOutcome[],
    last: boolean,
  ): Batch {
    // One time for all of a call: its appends go stream by stream, and times must not step back from one to the next.
    const together = Math.max(this.now(), this.lastRecordedAtMs);
    this.lastRecordedAtMs = together;
    const appends: PlannedAppend[] = [];
    const repeats: Repeat[] = [];
    const doubts: Doubt[] = [];
    const later: Candidate[] = [];
    const waiting = new Set<StreamState>();
    try {
      for (let place = 0; place < candidates.length; place++) {
        const candidate = candidates[place] as Candidate;
        const state = states[place] as StreamState;
        const { subject, source, id } = candidate.touchpoint;
        const eventId = eventIdOf(this.tenant, subject, source, id);
        const revision = state.revisionOf(eventId);
        if (revision !== undefined) {
          repeats.push({ candidate, state, revision });
          continue;
        }
        if (waiting.has(state) || !state.places(candidate)) {
          if (last) throw overtakenTooOften(subject);
          waiting.add(state); // those of its stream that come after it are decided about after it
          later.push(candidate);
          continue;
        }
        const rejection = this.gather(candidate, state, eventId, keys, together, appends);
        if (rejection === undefined) continue;
        if (last) outcomes[candidate.index] = { status: 'rejected', rejection };
        else doubts.push({ candidate, state, revision: state.revision, rejection });
      }
    } catch (error) {
      for (const append of appends) this.abandon(append, error);
      throw error;
    }
    const batch = new Batch();
    if (appends.length > 0) this.send(appends, outcomes, last, batch);
    if (repeats.length > 0) this.repeat(repeats, outcomes, last, batch);
    if (doubts.length > 0) this.doubt(doubts, outcomes, batch);
    if (later.length > 0) {
      batch.begun();
      batch.done(later);
    }
    return batch;
  }

  /** Decides about one; what stands joins the append of its stream. Gives the rejection of what does not. */
  private gather(
    candidate: Candidate,
    state: StreamState,
    id: string,
    keys: KeysByPerson | undefined,
    together: number,
    appends: PlannedAppend[],
  ): Rejection | undefined {
    const { touchpoint, kind, episode } = candidate;
    const target = this.targetOf(touchpoint, state);
    const split =
      candidate.split ?? splitCorrected(touchpoint, kind, this.correctedKind(state, target), this.kinds);
    if ('code' in split) return split;
    const refused = decide(candidate, state);
    if (refused !== undefined) return refused;
    const { data, personal, correctstypes } = split;
    const sealed = this.sealing.seal(personal, touchpoint, id, keys);
    if (!sealed.ok) return sealed.rejection;
    const kept = { data, sealed: sealed.value, correctsrevision: target, correctstypes };
    const body = encodeBody(touchpoint, kept);
    const bytes = bytesAtMost(body) + kind.type.length;
    if (bytes > APPEND_BYTES_PLANNED) return TOO_LARGE;
    const recordedAtMs = Math.max(together, state.recordedAtMs);
    const event = { id, type: kind.type, body, recordedAtMs };
    if (state.gathering?.hasRoomFor(bytes) === true) state.gathering.add(candidate, event, bytes);
    else {
      const { subject } = touchpoint;
      state.gathering = new PlannedAppend(subject, state, state.revision + 1, candidate, event, bytes);
      appends.push(state.gathering);
    }
    state.add(id, kind.type, recordedAtMs);
    if (kind.lifecycle !== undefined && episode !== undefined)
      state.addToEpisode(kind.lifecycle, episode, { ...touchpoint, data }, body);
    return undefined;
  }

  /** What a correction or void is about: its revision, when the stream holds it already. */
  private targetOf(
    { subject, source, correctsid, correctssource }: Touchpoint,
    state: StreamState,
  ): number | undefined {
    return correctsid === undefined
      ? undefined
      : state.revisionOf(eventIdOf(this.tenant, subject, correctssource ?? source, correctsid));
  }

  private correctedKind(state: StreamState, target: number | undefined): Kind | undefined {
    return target === undefined ? undefined : this.kinds.get(state.typeAt(target));
  }

  private send(
    appends: readonly PlannedAppend[],
    outcomes: RecordOutcome[],
    last: boolean,
    batch: Batch,
  ): void {
    for (const append of appends) {
      append.state.gathering = undefined;
      append.state.sent(append);
      batch.begun();
    }
    this.store.appendEach(appends).then(
      (answers) =>
        appends.forEach((append, place) =>
          this.hear(append, answers[place] as AppendOutcome, outcomes, last, batch),
        ),
      (error: unknown) => appends.forEach((append) => this.hear(append, { error }, outcomes, last, batch)),
    );
  }

  private hear(
    append: PlannedAppend,
    answer: AppendOutcome,
    outcomes: RecordOutcome[],
    last: boolean,
    batch: Batch,
  ): void {
    const { stream, state, candidates } = append;
    if ('error' in answer) {
      this.states.forget(stream); // its outcome is not known here: fold it again before the next decision
      append.fail(answer.error);
      if (isOvertaken(answer.error) && !last) batch.done(candidates);
      else batch.failed(answer.error);
      return;
    }
    append.settle(answer.positions);
    if (answer.status === 'appended') {
      answerAppended(append, answer, outcomes);
      this.states.keep(stream, state);
    } else {
      this.states.forget(stream); // another process was faster, and may have said something else
      this.repeat(repeatsOf(append), outcomes, last, batch);
    }
    batch.done();
  }

  /** Takes back what was planned: its events are in the state already, and will never be sent. */
  private abandon(append: PlannedAppend, error: unknown): void {
    append.state.gathering = undefined;
    append.state.sent(append);
    append.fail(error);
    this.states.forget(append.stream);
  }

  private repeat(repeats: readonly Repeat[], outcomes: RecordOutcome[], last: boolean, batch: Batch): void {
    batch.begun();
    const open = (events: readonly RecordedEvent[]): Promise<readonly OpenedEvent[]> =>
      openEvents(this.keys, this.tenant, events);
    answerRepeats(this.store, open, repeats, outcomes, (error) => !last && isOvertaken(error)).then(
      (overtaken) => batch.done(overtaken),
      (error: unknown) => batch.failed(error),
    );
  }

  private doubt(doubts: readonly Doubt[], outcomes: RecordOutcome[], batch: Batch): void {
    batch.begun();
    const forget = (stream: string): void => this.states.forget(stream);
    settleDoubts(this.store, doubts, outcomes, forget, isOvertaken).then(
      (overtaken) => batch.done(overtaken),
      (error: unknown) => batch.failed(error),
    );
  }
}

const TOO_LARGE = reject(
  'APPEND_TOO_LARGE',
  'The touchpoint is larger than an append may be (1 MiB): put large things behind `evidence` links.',
).rejection;
