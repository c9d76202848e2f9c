import type { RecordedEvent } from '@rapport/kernel';
import type { CompletenessMap, ProofLog } from '../ports/index.js';
import { decodeEvent } from '../record/event-body.js';
import { push } from '../resolve/history.js';
import { targetKey, targetKeyOf } from '../resolve/resolution.js';
import { correctionsKey } from './map-keys.js';

/** Corrections that were recorded before what they correct, by target. */
export class EarlyCorrections {
  private readonly byTarget = new Map<string, RecordedEvent[]>();

  take(event: RecordedEvent): void {
    if (event.correctsid !== undefined && event.correctsrevision === undefined)
      push(this.byTarget, targetKeyOf(event), event);
  }

  of({ subject, source, id }: RecordedEvent): readonly RecordedEvent[] {
    return this.byTarget.size === 0 ? [] : (this.byTarget.get(targetKey(subject, source, id)) ?? []);
  }
}

/** The same while leaves are taken up in order: those of earlier leaves are read from the log, by the map. */
export class WaitingCorrections {
  private readonly early = new EarlyCorrections();
  private readonly streams = new Set<string>();

  /** @param size leaves that the map covers already */
  constructor(
    private readonly source: { readonly log: ProofLog; readonly map: CompletenessMap },
    private readonly size: number,
  ) {}

  take(event: RecordedEvent): void {
    this.early.take(event);
  }

  async correctionsOf(event: RecordedEvent): Promise<readonly RecordedEvent[]> {
    const { subject, revision } = event;
    if (revision > 0 && !this.streams.has(subject)) {
      this.streams.add(subject);
      const leaves = await this.source.map.leavesOf(correctionsKey(subject), this.size);
      if (leaves.length > 0)
        for (const sealed of await this.source.log.sealedAt(leaves)) this.early.take(decodeEvent(sealed));
    }
    return this.early.of(event);
  }
}
