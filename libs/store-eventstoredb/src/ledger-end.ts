import type { Head, LedgerMark, LedgerMarks } from '@rapport/ledger';
import type { SaltedEvent } from '@rapport/ledger';
import { otherLedger, type Reader } from './reader.js';
import type { ServerEvent } from './wire/read-answer.js';

/** Nothing was counted. */
const NO_MARKS: LedgerMarks = {
  last: async () => undefined,
  recordedBy: async () => undefined,
};

/** Where the ledger ends and how many events it has: the server knows neither count nor times, so they are read from a mark on. */
export class LedgerEnd {
  private counted = { position: 0n, count: 0 };
  private checked: Promise<void> | undefined;

  /**
   * @param marks places that somebody has counted; none means counting from the beginning
   * @param decoded the ledger's event in one of the server
   */
  constructor(
    private readonly reader: Reader,
    private readonly decoded: (event: ServerEvent) => SaltedEvent,
    private readonly marks: LedgerMarks = NO_MARKS,
  ) {}

  /**
   * Looks, once, whether the server holds what it held when the last mark was made.
   * @throws RapportError `STORE_CORRUPT` when it was restored to an older state, or is another one
   */
  check(): Promise<void> {
    if (this.checked !== undefined) return this.checked;
    const checking = this.marks.last().then((mark) => this.compare(mark));
    checking.catch(() => {
      this.checked = undefined; // what was not found out is asked again
    });
    return (this.checked = checking);
  }

  /** @throws RapportError */
  async head(): Promise<Head> {
    const last = await this.reader.last();
    if (last === undefined) return { position: 0n, count: 0, recordedAtMs: 0 };
    const { recordedAtMs } = this.decoded(last);
    return { position: last.commit, count: await this.countUpTo(last.commit), recordedAtMs };
  }

  /** The last position before the recorded times pass an instant; 0n when they all do. @throws RapportError */
  async positionAt(recordedAtMs: number): Promise<bigint> {
    let position = (await this.marks.recordedBy(recordedAtMs))?.position ?? 0n;
    for await (const events of this.reader.after(position))
      for (const event of events) {
        if (this.decoded(event).recordedAtMs > recordedAtMs) return position;
        position = event.commit;
      }
    return position;
  }

  private async countUpTo(position: bigint): Promise<number> {
    let { position: reached, count } = this.counted;
    if (reached === position) return count;
    const mark = await this.marks.last();
    if (mark !== undefined && mark.position > reached && mark.position <= position)
      ({ position: reached, count } = mark);
    if (reached < position) count += await this.eventsBetween(reached, position);
    if (position > this.counted.position) this.counted = { position, count };
    return count;
  }

  private async eventsBetween(after: bigint, until: bigint): Promise<number> {
    let count = 0;
    for await (const events of this.reader.after(after)) {
      const within = events.filter(({ commit }) => commit <= until).length;
      count += within;
      if (within < events.length) break;
    }
    return count;
  }

  private async compare(mark: LedgerMark | undefined): Promise<void> {
    if (mark === undefined) return;
    const { position, recordedAtMs } = mark;
    if (position > (await this.reader.end())) throw otherLedger(position);
    const [event] = (await this.reader.from(position, 1)) ?? [];
    if (event?.commit !== position || this.decoded(event).recordedAtMs > recordedAtMs)
      throw otherLedger(position);
  }
}
