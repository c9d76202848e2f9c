import { join } from 'node:path';
import { timeText } from '@rapport/kernel';
import { sealMap, type Ledger } from '@rapport/ledger';
import { sqliteCompletenessMap, sqliteProofLog } from '@rapport/store-sqlite';
import { LEDGER_FILE, MAP_FILE } from '../files.js';
import { reportFailure } from '../report-failure.js';
import { SEAL } from './answering.js';

/** How often a server logs the root of its completeness map, where something was recorded meanwhile. */
const INTERVAL_MS = 5 * 60_000;

/** What logs the map of one tenant. */
export interface MapSealsParts {
  readonly ledger: Ledger;
  /** The tenant's folder; its map is there already. */
  readonly folder: string;
  /** Brings the map to the end of the log, wherever that is done. */
  readonly advance: (signal: AbortSignal) => Promise<void>;
  readonly now: () => number;
  readonly intervalMs?: number | undefined;
}

/** Logs the root of a completeness map at intervals, until it is closed. */
export class MapSeals {
  private readonly timer: NodeJS.Timeout;
  private readonly stop = new AbortController();
  private readonly log: ReturnType<typeof sqliteProofLog>;
  private readonly map: ReturnType<typeof sqliteCompletenessMap>;
  private turn: Promise<void> = Promise.resolve();

  constructor(private readonly parts: MapSealsParts) {
    this.log = sqliteProofLog(join(parts.folder, LEDGER_FILE));
    this.map = sqliteCompletenessMap({ file: join(parts.folder, MAP_FILE), readOnly: true });
    this.timer = setInterval(() => this.takeTurn(), parts.intervalMs ?? INTERVAL_MS).unref();
  }

  /** Ends it; a map that is being brought up goes on from there another time. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    this.stop.abort();
    await this.turn;
    await this.map.close();
    await this.log.close();
  }

  /** Never two at once: one that takes longer than the interval is followed by the next. */
  private takeTurn(): void {
    this.turn = this.turn
      .then(() => this.seal())
      .catch((error: unknown) => {
        if (!this.stop.signal.aborted) reportFailure(error); // the next turn tries again
      });
  }

  private async seal(): Promise<void> {
    const { ledger, advance, now } = this.parts;
    const { log, map } = this;
    await sealMap(
      { ledger, log, map, seal: SEAL },
      async () => {
        await advance(this.stop.signal);
        const state = await map.state();
        if (state === undefined) throw new Error('the map covers nothing though the ledger holds events');
        return state;
      },
      timeText(now()),
    );
  }
}
