import {
  eventIdOf,
  RapportError,
  reject,
  splitPersonal,
  type Json,
  type Kind,
  type Kinds,
  type PersonalParts,
  type Rejection,
  type Touchpoint,
} from '@rapport/kernel';
import type { RecordOutcome } from '../ledger.js';
import { type EventStore, type EventToAppend, type StoredEvent } from '../ports/index.js';
import { splitCorrected } from '../resolve/corrected-data.js';
import { decide } from './decide.js';
import { asSaid, contentOf, decodeEvent, encodeBody } from './event-body.js';
import { parseTouchpoint } from './parse-touchpoint.js';
import { APPEND_BYTES_PLANNED, PlannedAppend, type Candidate } from './planned-append.js';
import { positionOf, StreamStates, type Recorded, type StreamState } from './stream-state.js';

/** How often a batch starts over when another writer was faster on a stream. */
const ATTEMPTS_MAX = 8;
/** What of a touchpoint is stored, and how. */
interface Split {
  readonly touchpoint: Touchpoint;
  readonly personal: PersonalParts | undefined;
  readonly rejection?: Rejection;
}

/** A touchpoint whose identity its stream holds already. */
interface Repeat {
  readonly candidate: Candidate;
  readonly known: Recorded;
}

/** What is on its way to the store; each promise gives the candidates that another writer has overtaken. */
interface Planned {
  readonly states: ReadonlyMap<string, StreamState>;
  readonly settled: readonly Promise<readonly Candidate[]>[];
}

/** Decides about touchpoints and appends those that stand: the write path. */
export class Recorder {
  private readonly states: StreamStates;
  private lastRecordedAtMs = 0;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly tenant: string,
    private readonly store: EventStore,
    private readonly kinds: Kinds,
    private readonly now: () => number,
  ) {
    this.states = new StreamStates(store, kinds);
  }

  /** Takes up the ledger's clock where it stood, so that recorded times never go back. */
  async open(): Promise<void> {
    this.lastRecordedAtMs = (await this.store.head()).recordedAtMs;
  }

  async record(inputs: readonly Json[]): Promise<readonly RecordOutcome[]> {
    const outcomes = new Array<RecordOutcome>(inputs.length);
    let candidates: readonly Candidate[] = this.parse(inputs, outcomes);
    for (let attempt = 1; candidates.length > 0; attempt++) {
      candidates = await this.attempt(candidates, outcomes, attempt === ATTEMPTS_MAX);
    }
    return outcomes;
  }

  private parse(inputs: readonly Json[], outcomes: RecordOutcome[]): Candidate[] {
    const candidates: Candidate[] = [];
    const nowMs = this.now();
    for (let index = 0; index < inputs.length; index++) {
      const parsed = parseTouchpoint(this.kinds, inputs[index] as Json, nowMs);
      if (parsed.ok) candidates.push({ index, touchpoint: parsed.value.touchpoint, kind: parsed.value.kind });
      else outcomes[index] = { status: 'rejected', rejection: parsed.rejection };
    }
    return candidates;
  }

  /** Decides and appends; gives the candidates that another writer has overtaken. */
  private async attempt(
    candidates: readonly Candidate[],
    outcomes: RecordOutcome[],
    last: boolean,
  ): Promise<readonly Candidate[]> {
    const loading = this.statesOf(candidates);
    // States are loaded side by side; decisions are made in the order of the calls.
    const planning = this.turn.then(async () => this.plan(candidates, await loading, outcomes, last));
    this.turn = planning.catch(() => undefined);
    loading.catch(() => undefined); // reaches the caller through the planning
    const { states, settled } = await planning;
    const overtaken = await settleAll(settled);
    for (const [stream, state] of states) this.states.keep(stream, state);
    return overtaken.flat().sort((a, b) => a.index - b.index);
  }

  /** Decides about each in order and sends what stands to the store, without waiting for it. */
  private plan(
    candidates: readonly Candidate[],
    states: ReadonlyMap<string, StreamState>,
    outcomes: RecordOutcome[],
    last: boolean,
  ): Planned {
    // One time for all of a call: its appends go stream by stream, and times must not step back from one to the next.
    const together = Math.max(this.now(), this.lastRecordedAtMs);
    this.lastRecordedAtMs = together;
    const plans = new Map<string, PlannedAppend>();
    const settled: Promise<readonly Candidate[]>[] = [];
    const repeats: Repeat[] = [];
    for (const candidate of candidates) {
      const { touchpoint, kind, index } = candidate;
      const state = states.get(touchpoint.subject) as StreamState;
      const id = eventIdOf(this.tenant, touchpoint.subject, touchpoint.source, touchpoint.id);
      const known = state.ids.get(id);
      if (known !== undefined) {
        repeats.push({ candidate, known });
        continue;
      }
      const split = this.split(touchpoint, kind, state);
      const rejection = split.rejection ?? decide(touchpoint, kind, state);
      const body =
        rejection === undefined
          ? encodeBody(split.touchpoint, split.personal, this.targetOf(touchpoint, state)?.revision)
          : '';
      const bytes = Buffer.byteLength(body) + touchpoint.type.length;
      if (rejection !== undefined || bytes > APPEND_BYTES_PLANNED) {
        outcomes[index] = { status: 'rejected', rejection: rejection ?? TOO_LARGE };
        continue;
      }
      let plan = plans.get(touchpoint.subject);
      if (plan === undefined || !plan.hasRoomFor(bytes)) {
        if (plan !== undefined) settled.push(this.append(plan, outcomes, last));
        plan = new PlannedAppend(touchpoint.subject, state.revision + 1);
        plans.set(touchpoint.subject, plan);
      }
      const recordedAtMs = Math.max(together, state.recordedAtMs);
      plan.add(candidate, { id, type: touchpoint.type, body, recordedAtMs }, bytes);
      state.add(
        id,
        { type: touchpoint.type, revision: state.revision + 1, durable: plan.durable },
        recordedAtMs,
      );
      if (kind.lifecycle !== undefined) state.addToEpisode(kind.lifecycle, split.touchpoint);
    }
    for (const plan of plans.values()) settled.push(this.append(plan, outcomes, last));
    if (repeats.length > 0) settled.push(this.answerRepeats(repeats, outcomes, last));
    return { states, settled };
  }

  private async statesOf(candidates: readonly Candidate[]): Promise<ReadonlyMap<string, StreamState>> {
    const states = new Map<string, StreamState>();
    const missing = new Set<string>();
    for (const { touchpoint } of candidates) {
      const stream = touchpoint.subject;
      if (states.has(stream) || missing.has(stream)) continue;
      const state = this.states.cached(stream);
      if (state === undefined) missing.add(stream);
      else states.set(stream, state);
    }
    await Promise.all([...missing].map(async (stream) => states.set(stream, await this.states.load(stream))));
    return states;
  }

  /** What a correction or void is about, when the stream holds it already. */
  private targetOf(
    { subject, source, correctsid, correctssource }: Touchpoint,
    state: StreamState,
  ): Recorded | undefined {
    return correctsid === undefined
      ? undefined
      : state.ids.get(eventIdOf(this.tenant, subject, correctssource ?? source, correctsid));
  }

  private split(touchpoint: Touchpoint, kind: Kind, state: StreamState): Split {
    if (touchpoint.correctsid !== undefined) {
      const target = this.targetOf(touchpoint, state);
      return splitCorrected(touchpoint, kind, target === undefined ? undefined : this.kinds.get(target.type));
    }
    if (kind.personal.length === 0) return { touchpoint, personal: undefined };
    const { data, personal } = splitPersonal(kind.personal, touchpoint.data);
    return Object.keys(personal).length === 0
      ? { touchpoint, personal: undefined }
      : { touchpoint: { ...touchpoint, data }, personal };
  }

  private async append(
    plan: PlannedAppend,
    outcomes: RecordOutcome[],
    last: boolean,
  ): Promise<readonly Candidate[]> {
    const { stream, firstRevision, events, candidates } = plan;
    try {
      const appended = await this.store.append(
        stream,
        firstRevision === 0 ? 'none' : firstRevision - 1,
        events,
      );
      plan.settle.resolve(appended.positions);
      candidates.forEach(({ index, touchpoint }, place) => {
        outcomes[index] = {
          status: appended.status === 'appended' ? 'recorded' : 'duplicate',
          eventId: (events[place] as EventToAppend).id,
          source: touchpoint.source,
          id: touchpoint.id,
          subject: stream,
          revision: firstRevision + place,
          position: appended.positions[place] as bigint,
        };
      });
      return [];
    } catch (error) {
      this.states.forget(stream); // its outcome is not known here: fold it again before the next decision
      plan.settle.reject(error);
      if (isOvertaken(error) && !last) return candidates;
      throw error;
    }
  }

  /** The same identities again: the first outcome for those that say the same, a refusal for those that do not. */
  private async answerRepeats(
    repeats: readonly Repeat[],
    outcomes: RecordOutcome[],
    last: boolean,
  ): Promise<readonly Candidate[]> {
    const overtaken: Candidate[] = [];
    const durable: (Repeat & { readonly position: bigint })[] = [];
    for (const repeat of repeats) {
      try {
        durable.push({ ...repeat, position: await positionOf(repeat.known) }); // nothing is acknowledged before it is durable, not even a repeat
      } catch (error) {
        if (!isOvertaken(error) || last) throw error;
        overtaken.push(repeat.candidate);
      }
    }
    const stored = new Map(
      (await this.store.readAt(durable.map(({ position }) => position))).map((event) => [
        event.position,
        event,
      ]),
    );
    for (const { candidate, known, position } of durable) {
      const first = stored.get(position);
      if (first === undefined)
        throw new RapportError(
          'STORE_CORRUPT',
          `The ledger holds nothing at position ${position}, although it was recorded: run \`rapport doctor\`.`,
        );
      outcomes[candidate.index] = repeated(candidate.touchpoint, known.revision, first);
    }
    return overtaken;
  }
}

function repeated(touchpoint: Touchpoint, revision: number, first: StoredEvent): RecordOutcome {
  const { subject, source, id } = touchpoint;
  const { id: eventId, position } = first;
  if (contentOf(touchpoint) === contentOf(asSaid(decodeEvent(first))))
    return { status: 'duplicate', eventId, source, id, subject, revision, position };
  return { status: 'rejected', rejection: reused(subject, revision, position) };
}

const TOO_LARGE = reject(
  'APPEND_TOO_LARGE',
  'The touchpoint is larger than an append may be (1 MiB): put large things behind `evidence` links.',
).rejection;

const isOvertaken = (error: unknown): boolean =>
  error instanceof RapportError && error.code === 'WRONG_EXPECTED_REVISION';

const reused = (subject: string, revision: number, position: bigint): Rejection =>
  reject(
    'EVENT_ID_REUSED',
    `This source and id stand in ${subject} at revision ${revision} with other content: send a change as a correction, or use a new id.`,
    {
      pointer: '/id',
      facts: { revision, position: position.toString() },
    },
  ).rejection;

/** Waits for all, then throws the first failure: no append is left behind unobserved. */
async function settleAll<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  const values: T[] = [];
  for (const outcome of await Promise.allSettled(promises)) {
    if (outcome.status === 'rejected') throw outcome.reason;
    values.push(outcome.value);
  }
  return values;
}
