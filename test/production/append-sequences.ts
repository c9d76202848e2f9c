import { randomUUID } from 'node:crypto';
import { RapportError } from '@rapport/kernel';
import type { Appended, EventStore, EventToAppend, ExpectedRevision } from '@rapport/ledger';

/** One append of a sequence. */
export interface Step {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly events: readonly EventToAppend[];
}

/** Appends made at once; what they come to is compared in the order in which they were made. */
export type Round = readonly Step[];

/** Numbers from 0 up to 1 that follow from a seed (mulberry32). */
function numbersFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const ROUNDS_MIN = 3;
const ROUNDS_MAX = 9;
const EVENTS_MAX = 4;
const AT_ONCE_MAX = 4;

/**
 * A sequence of rounds that follows from a seed: new appends, repeats, overlaps of earlier ones, wrong revisions, several at
 * once. Ids are new every time, so that what was appended under this seed before does not stand in the way.
 */
export function sequenceOf(seed: number): readonly Round[] {
  const random = numbersFrom(seed);
  const upTo = (max: number): number => Math.floor(random() * (max + 1));
  const one = <T>(items: readonly T[]): T => items[upTo(items.length - 1)] as T;
  const streams = ['a', 'b'].map((name) => `relationship/${seed}-${name}-${randomUUID()}`);
  const lengths = new Map<string, number>();
  const earlier: Step[] = [];
  const expectedAt = (revision: number): ExpectedRevision => (revision < 0 ? 'none' : revision);
  const revisionOf = (expected: ExpectedRevision): number => (expected === 'none' ? -1 : expected);
  const made = (count: number): readonly EventToAppend[] =>
    Array.from({ length: count }, () => ({
      id: randomUUID(),
      type: one(['rapport.sale.SaleCompleted.v1', 'rapport.complaint.ComplaintReceived.v1']),
      body: JSON.stringify({ n: upTo(1_000_000), text: 'x'.repeat(upTo(200)) }),
      recordedAtMs: 1_700_000_000_000 + upTo(1_000),
    }));
  const fresh = (): Step => {
    const stream = one(streams);
    const length = lengths.get(stream) ?? 0;
    return { stream, expected: expectedAt(length - 1), events: made(1 + upTo(EVENTS_MAX - 1)) };
  };
  const variants: readonly ((step: Step) => Step)[] = [
    (step) => step, // a repeat
    (step) => step,
    (step) => ({ ...step, events: step.events.slice(0, Math.max(1, upTo(step.events.length))) }),
    (step) => {
      const from = upTo(step.events.length - 1);
      return {
        ...step,
        expected: expectedAt(revisionOf(step.expected) + from),
        events: step.events.slice(from),
      };
    },
    (step) => ({ ...step, events: [...step.events, ...made(1)] }),
    (step) => ({ ...step, events: step.events.toReversed() }),
    (step) => ({ ...step, events: [...step.events.slice(1), ...made(1)] }),
    (step) => ({ ...step, stream: one(streams) }),
    (step) => ({ ...step, expected: expectedAt((lengths.get(step.stream) ?? 0) - 1) }), // written again
    (step) => ({ ...step, expected: expectedAt(upTo(8) - 1) }),
    (step) => ({ ...step, events: step.events.map((event) => ({ ...event, body: '{"other":true}' })) }),
  ];
  const next = (): Step => {
    const kind = random();
    if (earlier.length === 0 || kind < 0.4) return fresh();
    if (kind < 0.5) return { ...fresh(), expected: expectedAt(upTo(8) - 1) };
    return one(variants)(one(earlier));
  };
  const rounds: Round[] = [];
  for (let left = ROUNDS_MIN + upTo(ROUNDS_MAX - ROUNDS_MIN); left > 0; left--) {
    const round = Array.from({ length: random() < 0.75 ? 1 : 1 + upTo(AT_ONCE_MAX - 1) }, next);
    for (const step of round) {
      earlier.push(step);
      const length = lengths.get(step.stream) ?? 0;
      // How long the stream then is, if it is what it seems: what a step really comes to is for the stores to say.
      if (revisionOf(step.expected) === length - 1) lengths.set(step.stream, length + step.events.length);
    }
    rounds.push(round);
  }
  return rounds;
}

/** What appends come to, so that two stores can be compared: positions by what stands there, since each has its own. */
export class Outcomes {
  private readonly first = new Map<string, bigint>();

  constructor(private readonly store: EventStore) {}

  /** Makes the appends of a round at once, in their order. */
  async of(round: Round): Promise<readonly unknown[]> {
    const settled = await Promise.allSettled(
      round.map(({ stream, expected, events }) => this.store.append(stream, expected, events)),
    );
    return settled.map((outcome, index) => {
      const step = round[index] as Step;
      return outcome.status === 'fulfilled' ? this.shown(step, outcome.value) : refusal(outcome.reason);
    });
  }

  private shown({ stream, events }: Step, { status, revision, position, positions }: Appended): unknown {
    const places = positions.map((given, index) => {
      const place = `${stream} ${revision - events.length + 1 + index}`;
      const before = this.first.get(place);
      this.first.set(place, before ?? given);
      return before === undefined || before === given ? place : `${place} moved`;
    });
    const grows = positions.every((given, index) => index === 0 || given > (positions[index - 1] ?? 0n));
    return { status, revision, places, grows, isLast: position === positions.at(-1) };
  }
}

function refusal(error: unknown): unknown {
  if (!(error instanceof RapportError)) throw error;
  return { code: error.code, facts: error.facts, message: error.message };
}

/** Everything that a ledger holds, in its order, without what each store says in its own way. */
export async function contentOf(store: EventStore): Promise<readonly unknown[]> {
  const content: unknown[] = [];
  for await (const { position: _own, ...event } of store.readAll()) content.push(event);
  return content;
}
