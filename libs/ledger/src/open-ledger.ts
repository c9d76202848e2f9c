import { setImmediate as otherWork } from 'node:timers/promises';
import {
  RapportError,
  valueOf,
  parseTime,
  type Analysis,
  type AnalysisSource,
  type Bounds,
  type Json,
  type RecordedEvent,
  type Rejection,
} from '@rapport/kernel';
import { Eraser } from './erase/eraser.js';
import type { Erasure, ErasureAsked } from './erase/erasure.js';
import type { Ledger, RebuildProgress, RecordOutcome, ViewHash, ViewHealth } from './ledger.js';
import type { Head, ParkedKey, ReadAllOptions, ReadStreamOptions, StoredEvent } from './ports/index.js';
import { PersonalReader, type PersonalReaderParts } from './personal/personal-reader.js';
import { viewVersionOf } from './project/copies.js';
import type { Projection } from './project/projection.js';
import { decodeEvent } from './record/event-body.js';
import { parseTouchpoint, type Speaker } from './record/parse-touchpoint.js';
import { Recorder } from './record/recorder.js';
import { hashOf, hashOfAll } from './replay/hash.js';
import { ViewProgress } from './replay/view-progress.js';
import type { SealedLog } from './seal/sealed-log.js';

/** What a ledger is made of. Kinds and views arrive as arguments: the engine knows none of them. */
export interface LedgerParts extends PersonalReaderParts {
  readonly analyses: readonly Analysis[];
  readonly projection: Projection;
  readonly log: SealedLog;
  /** Whether this process may record. */
  readonly writable: boolean;
  readonly now: () => number;
}

/** Opens the ledger of one tenant over its stores. */
export async function openLedger(parts: LedgerParts): Promise<OpenLedger> {
  const ledger = new OpenLedger(parts);
  await ledger.open();
  return ledger;
}

/** The one implementation of {@link Ledger}, on every profile. */
export class OpenLedger extends PersonalReader implements Ledger {
  readonly analyses: readonly Analysis[];
  readonly log: SealedLog;
  readonly writable: boolean;
  private readonly recorder: Recorder;
  private readonly eraser: Eraser;
  private readonly projection: Projection;
  private readonly progress: ViewProgress;
  private readonly now: () => number;
  private readonly underWay = new Set<Promise<unknown>>();
  private readonly rebuilding = new Map<string, RebuildProgress>();

  constructor(parts: LedgerParts) {
    super(parts);
    this.analyses = parts.analyses;
    this.log = parts.log;
    this.writable = parts.writable;
    this.projection = parts.projection;
    this.now = parts.now;
    this.recorder = new Recorder(parts.tenant, parts.events, parts.kinds, parts.keys, parts.now);
    this.eraser = new Eraser(this, parts.keys, parts.erasure, parts.now);
    this.progress = new ViewProgress(parts.events, parts.viewStore, parts.views, parts.now);
  }

  async open(): Promise<void> {
    await this.recorder.open();
  }

  record(touchpoints: readonly Json[]): Promise<readonly RecordOutcome[]> {
    return this.recordBy(touchpoints, 'emitter');
  }

  /** Records what only the ledger itself may say. */
  async recordOwn(touchpoint: Json): Promise<RecordOutcome> {
    return (await this.recordBy([touchpoint], 'ledger'))[0] as RecordOutcome;
  }

  private async recordBy(touchpoints: readonly Json[], by: Speaker): Promise<readonly RecordOutcome[]> {
    this.mayWrite();
    const recording = this.recorder.record(touchpoints, by);
    this.underWay.add(recording);
    try {
      return await recording;
    } finally {
      this.underWay.delete(recording);
      this.projection.wake();
    }
  }

  private mayWrite(): void {
    if (!this.writable)
      throw new RapportError(
        'STORE_READ_ONLY',
        'This process reads only: record through the server that holds the ledger.',
      );
  }

  check(
    touchpoints: readonly Json[],
  ): readonly (
    { readonly status: 'valid' } | { readonly status: 'rejected'; readonly rejection: Rejection }
  )[] {
    const nowMs = this.now();
    return touchpoints.map((touchpoint) => {
      const parsed = parseTouchpoint(this.kinds, touchpoint, nowMs);
      return parsed.ok ? { status: 'valid' } : { status: 'rejected', rejection: parsed.rejection };
    });
  }

  head(): Promise<Head> {
    return this.events.head();
  }

  async event(position: bigint): Promise<RecordedEvent | undefined> {
    const [stored] = await this.events.readAt([position]);
    return stored === undefined ? undefined : decodeEvent(stored);
  }

  async eventOf(subject: string, source: string, id: string): Promise<RecordedEvent | undefined> {
    const { events } = await this.events.readStream(subject);
    for await (const stored of events) {
      const event = decodeEvent(stored);
      if (event.source === source && event.id === id) return event;
    }
    return undefined;
  }

  async stream(
    subject: string,
    options: ReadStreamOptions = {},
  ): Promise<{ readonly exists: boolean; readonly events: readonly RecordedEvent[] }> {
    const read = await this.events.readStream(subject, options);
    const events: RecordedEvent[] = [];
    for await (const stored of read.events) events.push(decodeEvent(stored));
    return { exists: read.exists, events };
  }

  async erase(asked: ErasureAsked, { dryRun = false } = {}): Promise<Erasure> {
    if (!dryRun) this.mayWrite();
    const erasing = this.eraser.erase(asked, dryRun);
    this.underWay.add(erasing);
    try {
      return await erasing;
    } finally {
      this.underWay.delete(erasing);
    }
  }

  feed(options: ReadAllOptions): AsyncIterable<RecordedEvent> {
    return decoded(this.events.readAll(options));
  }

  follow(options: ReadAllOptions, signal: AbortSignal): AsyncIterable<RecordedEvent> {
    return decoded(this.events.subscribe(options, signal));
  }

  positionAt(time: string): Promise<bigint> {
    return this.events.positionAt(Date.parse(valueOf(parseTime(time, '/knownAt'))));
  }

  positionOfTreeSize(size: number): Promise<bigint> {
    return this.log.positionOf(size);
  }

  async waitFor(position: bigint, timeoutMs: number): Promise<bigint> {
    const reached = await this.position();
    if (reached >= position) return reached;
    this.projection.wake(true);
    return new Promise((resolve, reject) => {
      const finish = this.projection.onMoved((moved) => {
        if (moved < position) return;
        clearTimeout(timer);
        finish();
        resolve(moved);
      });
      const timer = setTimeout(() => {
        finish();
        reject(
          new RapportError(
            'WAIT_TIMEOUT',
            `The views have not reached position ${position} within ${timeoutMs} ms: ask again, or wait longer.`,
          ),
        );
      }, timeoutMs);
    });
  }

  async analyse(name: string, raw: Readonly<Record<string, string>>, bounds: Bounds = {}) {
    const analysis = this.analyses.find((other) => other.name === name);
    if (analysis === undefined)
      throw new RapportError(
        'VIEW_NOT_FOUND',
        `There is no analysis of this name: the catalogue has ${this.analyses.map((other) => other.name).join(', ')}.`,
      );
    const parameters = analysis.parameters(raw);
    const reached = await this.position();
    const position = bounds.knownAt === undefined || bounds.knownAt > reached ? reached : bounds.knownAt;
    const source: AnalysisSource = {
      position,
      bounds,
      kinds: this.kinds,
      documents: (view) => this.documents(view, bounds),
      document: async (view, key) => (await this.document(view, key, bounds)).value,
      entriesNow: async (view, key) => (await this.allEntries(view, key)).value,
      events: () => upTo(this.feed({}), position),
      parked: () => this.parked(),
    };
    const value = await analysis.compute(source, parameters);
    return {
      analysis: name,
      version: analysis.version,
      position,
      bounds,
      parameters,
      value,
      behind: await this.progress.lagOf(position),
    };
  }

  health(): Promise<readonly ViewHealth[]> {
    return this.progress.health(this.rebuilding);
  }

  async rebuild(
    view: string | undefined,
    onProgress: (view: string, progress: RebuildProgress) => void = () => undefined,
    signal?: AbortSignal,
  ): Promise<void> {
    const names = view === undefined ? this.views.map(({ name }) => name) : [this.view(view).name];
    const told = (progress: RebuildProgress): void => {
      for (const name of names) {
        this.rebuilding.set(name, progress);
        onProgress(name, progress);
      }
    };
    try {
      await this.projection.rebuild(names, told, signal);
    } finally {
      for (const name of names) this.rebuilding.delete(name);
    }
  }

  parked(view?: string): Promise<readonly ParkedKey[]> {
    return this.store.parked(view === undefined ? undefined : this.view(view).name);
  }

  retry(view: string, key?: string): Promise<readonly ParkedKey[]> {
    return this.projection.retry(this.view(view).name, key);
  }

  async hash(
    view?: string,
  ): Promise<{ readonly views: readonly ViewHash[]; readonly all: string; readonly position: bigint }> {
    const hashes: ViewHash[] = [];
    for (const { name } of view === undefined ? this.views : [this.view(view)]) {
      const { ref } = await this.live(name);
      hashes.push(await hashOf(this.store.scan(ref), name, viewVersionOf(ref)));
    }
    return { views: hashes, all: hashOfAll(hashes), position: await this.position() };
  }

  /** Finishes what was acknowledged or is about to be, then closes the stores. */
  async close(): Promise<void> {
    await Promise.allSettled(this.underWay);
    await this.projection.close();
    await this.log.close();
    await this.store.close();
    await this.events.close();
  }
}

/** How many events are decoded before other work of the thread has its turn. */
const EVENTS_PER_TURN = 500;

async function* decoded(events: AsyncIterable<StoredEvent>): AsyncGenerator<RecordedEvent> {
  let count = 0;
  for await (const stored of events) {
    yield decodeEvent(stored);
    if (++count % EVENTS_PER_TURN === 0) await otherWork();
  }
}

async function* upTo(events: AsyncIterable<RecordedEvent>, position: bigint): AsyncGenerator<RecordedEvent> {
  for await (const event of events) {
    if (event.position > position) return;
    yield event;
  }
}
