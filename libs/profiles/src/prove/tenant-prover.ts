import { join } from 'node:path';
import { RapportError, timeText } from '@rapport/kernel';
import {
  advanceMap,
  eventSecrets,
  lastSeal,
  proveAnswer,
  sealMap,
  type CompletenessMap,
  type EventAt,
  type Ledger,
  type MapState,
  type OpenKeys,
  type ProofLog,
  type Question,
  type SealedMap,
  type WrittenBundle,
} from '@rapport/ledger';
import { sqliteCompletenessMap, sqliteProofLog } from '@rapport/store-sqlite';
import { kinds } from '@rapport/touchpoints';
import { LEDGER_FILE, MAP_FILE } from '../files.js';
import { reportFailure } from '../report-failure.js';
import { answering, SEAL } from './answering.js';
import { openMapForWriting } from './open-map.js';
import type { ProveOptions } from './prove-options.js';

/** How often a server logs the root of its completeness map, where something was recorded meanwhile. */
const INTERVAL_MS = 5 * 60_000;
/** How long a fresh head may take to be signed. */
const SIGNING_MS_MAX = 30_000;

/** Who brings the map up to date: this thread, another one (of low priority), or another process. */
export type MapUpkeep =
  | { readonly by: 'thisThread' }
  | { readonly by: 'otherThread'; readonly advance: (signal: AbortSignal) => Promise<void> }
  | { readonly by: 'otherProcess' }
  /** Another process, which logs it when it is asked to. */
  | { readonly by: 'worker'; readonly seal: (signal: AbortSignal) => Promise<void> };

/** What proves with: see {@link TenantProver}. */
export interface ProverParts {
  readonly ledger: Ledger;
  readonly keys: OpenKeys;
  readonly log: ProofLog;
  readonly map: CompletenessMap;
  readonly upkeep: MapUpkeep;
  readonly now: () => number;
}

/**
 * Opens what proves the answers of one tenant.
 * @param folder the tenant's folder
 * @throws RapportError `PROOF_NOT_READY` when another process is to keep the map and has not begun
 */
export async function openProver(
  ledger: Ledger,
  keys: OpenKeys,
  folder: string,
  upkeep: MapUpkeep,
  now: () => number,
): Promise<TenantProver> {
  const map = await openMap(join(folder, MAP_FILE), upkeep);
  return new TenantProver({ ledger, keys, log: sqliteProofLog(join(folder, LEDGER_FILE)), map, upkeep, now });
}

/** Logs the completeness map of one tenant, and proves answers by it. */
export class TenantProver {
  private readonly stop = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: ProverParts) {}

  /** Begins to log the map at intervals. */
  start(intervalMs: number = INTERVAL_MS): void {
    const seal = (): Promise<unknown> =>
      this.sealNow().catch((error: unknown) => {
        if (!this.stop.signal.aborted) reportFailure(error); // the next turn tries again
      });
    this.timer = setInterval(() => void seal(), intervalMs).unref();
  }

  /** Logs the map as it is now, unless nothing was recorded since it was logged last. @throws RapportError as {@link sealMap} */
  async sealNow(): Promise<void> {
    await this.seal({});
  }

  /** Answers a question and proves the answer. @throws RapportError as {@link proveAnswer}, and `LOG_NOT_SIGNED` */
  async prove(question: Question, how: ProveOptions): Promise<WrittenBundle> {
    const { ledger } = this.parts;
    const sealed = await this.seal(how);
    return proveAnswer(this.source, answering(), question, {
      tenant: ledger.tenant,
      sealed,
      checkpoint: await this.headOver(sealed),
      ...(how.withPersonal === true ? { secretsOf: eventSecrets(await this.parts.keys()) } : {}),
      ...(how.onEvent === undefined ? {} : { onEvent: how.onEvent }),
      ...(how.signal === undefined ? {} : { signal: how.signal }),
    });
  }

  /** Ends it; a map that is being brought up goes on from there another time. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    this.stop.abort();
    await this.turn;
    await this.parts.map.close();
    await this.parts.log.close();
  }

  private get source() {
    const { ledger, log, map } = this.parts;
    const eventAt: EventAt = async (stream, from) =>
      (await ledger.stream(stream, { from, countMax: 1 })).events[0];
    return { log, map, kinds, eventAt };
  }

  /** Never two at once: whoever comes second finds nothing left to log. */
  private seal(how: ProveOptions): Promise<SealedMap> {
    const sealed = this.turn.then(() => this.sealed(how));
    this.turn = sealed.catch(() => undefined); // whoever asked hears of it
    return sealed;
  }

  private async sealed(how: ProveOptions): Promise<SealedMap> {
    const { upkeep, now, ...parts } = this.parts;
    const { signal } = this.stop;
    signal.throwIfAborted();
    const sealing = { ...parts, seal: SEAL };
    const stopped = how.signal === undefined ? signal : AbortSignal.any([signal, how.signal]);
    switch (upkeep.by) {
      case 'otherProcess':
        return (await lastSeal(sealing)) ?? neverSealed();
      case 'otherThread': {
        const advance = async (): Promise<MapState> => {
          await upkeep.advance(signal);
          return (await parts.map.state()) ?? neverSealed();
        };
        return sealMap(sealing, advance, timeText(now()));
      }
      case 'worker':
        await upkeep.seal(stopped);
        return (await lastSeal(sealing)) ?? neverSealed();
      case 'thisThread': {
        await this.logIsWhole();
        return sealMap(sealing, () => advanceMap(this.source, how.onMap, stopped), timeText(now()));
      }
    }
  }

  /** Where another process makes the leaves, the log may be behind the ledger. */
  private async logIsWhole(): Promise<void> {
    const { ledger } = this.parts;
    const { position } = await ledger.head();
    if (position > 0n) await ledger.log.sealed([position], SIGNING_MS_MAX);
  }

  /** A signed head that covers the seal. */
  private async headOver({ sealIndex }: SealedMap): Promise<Uint8Array> {
    const { ledger, log } = this.parts;
    const [event] = await log.sealedAt([sealIndex]);
    if (event === undefined)
      throw new RapportError('STORE_CORRUPT', 'The ledger has lost the event of its last seal.');
    return (await ledger.log.published(event.position, SIGNING_MS_MAX)).checkpoint;
  }
}

async function openMap(file: string, { by }: MapUpkeep): Promise<CompletenessMap> {
  if (by === 'thisThread') return openMapForWriting(file);
  try {
    return sqliteCompletenessMap({ file, readOnly: true });
  } catch (error) {
    if (error instanceof RapportError && error.code === 'DATA_NOT_FOUND') neverSealed();
    throw error;
  }
}

function neverSealed(): never {
  throw new RapportError(
    'PROOF_NOT_READY',
    'The process that holds the ledger has not logged its completeness map yet: try again in some minutes, or stop it and prove without it.',
  );
}
