import type { Head, LedgerMark, LedgerMarks, SaltedEvent } from '@rapport/ledger';
import { otherLedger, type Reader } from './reader.js';
import type { ServerEvent } from './wire/read-answer.js';

/** Nothing was counted. */
const NO_MARKS: LedgerMarks = {
  last: async () => undefined,
  recordedBy: async () => undefined,
};

/** How far the ledger was gone through. */
interface Tail extends Head {
  /** Up to this record of the log, whosever it is. */
  readonly searched: bigint;
}

/**
 * Where the ledger ends and how many events it has: the server knows neither of one tenant, so it is gone through, from the
 * last mark on, and then from where it was left.
 */
export class LedgerEnd {
  private tail: Tail = { position: 0n, count: 0, recordedAtMs: 0, searched: 0n };
  private checked: Promise<void> | undefined;

  /**
   * @param marks places that somebody has counted; none means counting from the beginning
   * @param beganAt where the log ended when the tenant was new
   * @param decoded the ledger's event in one of the server
   */
  constructor(
    private readonly reader: Reader,
    private readonly decoded: (event: ServerEvent) => SaltedEvent,
    private readonly marks: LedgerMarks = NO_MARKS,
    private readonly beganAt = 0n,
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
    const end = await this.reader.end();
    if (end > this.tail.searched) await this.goOn(end);
    const { position, count, recordedAtMs } = this.tail;
    return { position, count, recordedAtMs };
  }

  /** The last position before the recorded times pass an instant; 0n when they all do. @throws RapportError */
  async positionAt(recordedAtMs: number): Promise<bigint> {
    const end = await this.reader.end();
    const mark = await this.marks.recordedBy(recordedAtMs);
    let position = mark?.position ?? 0n;
    for await (const events of this.reader.between(position, end))
      for (const event of events) {
        if (this.decoded(event).recordedAtMs > recordedAtMs) return position;
        position = event.commit;
      }
    return position;
  }

  private async goOn(end: bigint): Promise<void> {
    let { position, count, recordedAtMs, searched } = this.tail;
    const mark = await this.marks.last();
    if (mark !== undefined && mark.position > searched && mark.position <= end)
      ({ position, count, recordedAtMs, searched } = await this.at(mark));
    for await (const events of this.reader.between(searched, end)) {
      const last = events.at(-1);
      if (last === undefined) continue;
      count += events.length;
      position = last.commit;
      ({ recordedAtMs } = this.decoded(last));
    }
    // Another call may have come further meanwhile.
    if (end > this.tail.searched) this.tail = { position, count, recordedAtMs, searched: end };
  }

  /** What a mark says, with the time of its own event instead of the greatest. */
  private async at({ position, count }: LedgerMark): Promise<Tail> {
    const [event] = (await this.reader.from(position, 1)) ?? [];
    if (event?.commit !== position) throw otherLedger(position);
    return { position, count, recordedAtMs: this.decoded(event).recordedAtMs, searched: position };
  }

  private async compare(mark: LedgerMark | undefined): Promise<void> {
    const furthest = mark?.position ?? this.beganAt;
    if (furthest > 0n && furthest > (await this.reader.end())) throw otherLedger(furthest);
    if (mark === undefined) return;
    if ((await this.at(mark)).recordedAtMs > mark.recordedAtMs) throw otherLedger(mark.position);
  }
}
