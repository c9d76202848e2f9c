import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { RapportError, type RecordedEvent } from '@rapport/kernel';
import type { Ledger } from '@rapport/ledger';

export interface FeedPage {
  readonly events: readonly RecordedEvent[];
  /** Whether the ledger ended with this page. */
  readonly isLast: boolean;
}

/** Events after a position, in ledger order. */
export class ReadFeed extends Query<FeedPage> {
  constructor(
    readonly ledger: Ledger,
    readonly options: {
      readonly after: bigint;
      readonly types?: readonly string[];
      readonly countMax: number;
    },
  ) {
    super();
  }
}

@QueryHandler(ReadFeed)
export class ReadFeedHandler implements IQueryHandler<ReadFeed> {
  async execute({ ledger, options }: ReadFeed): Promise<FeedPage> {
    const events: RecordedEvent[] = [];
    for await (const event of ledger.feed(options)) events.push(event);
    return { events, isLast: events.length < options.countMax };
  }
}

/** One event by its position. */
export class ReadEvent extends Query<RecordedEvent> {
  constructor(
    readonly ledger: Ledger,
    readonly position: bigint,
  ) {
    super();
  }
}

@QueryHandler(ReadEvent)
export class ReadEventHandler implements IQueryHandler<ReadEvent> {
  async execute({ ledger, position }: ReadEvent): Promise<RecordedEvent> {
    return found(await ledger.event(position));
  }
}

/** One event by its identity within its stream. */
export class LookUpEvent extends Query<RecordedEvent> {
  constructor(
    readonly ledger: Ledger,
    readonly subject: string,
    readonly source: string,
    readonly id: string,
  ) {
    super();
  }
}

@QueryHandler(LookUpEvent)
export class LookUpEventHandler implements IQueryHandler<LookUpEvent> {
  async execute({ ledger, subject, source, id }: LookUpEvent): Promise<RecordedEvent> {
    return found(await ledger.eventOf(subject, source, id));
  }
}

export interface StreamPage {
  readonly exists: boolean;
  readonly events: readonly RecordedEvent[];
}

/** Part of one stream. */
export class ReadStream extends Query<StreamPage> {
  constructor(
    readonly ledger: Ledger,
    readonly subject: string,
    readonly options: {
      readonly from?: number;
      readonly direction: 'forwards' | 'backwards';
      readonly countMax: number;
    },
  ) {
    super();
  }
}

@QueryHandler(ReadStream)
export class ReadStreamHandler implements IQueryHandler<ReadStream> {
  execute({ ledger, subject, options }: ReadStream): Promise<StreamPage> {
    return ledger.stream(subject, options);
  }
}

function found(event: RecordedEvent | undefined): RecordedEvent {
  if (event === undefined) {
    throw new RapportError(
      'EVENT_NOT_FOUND',
      'No event stands there: check the position, or subject, source and id.',
    );
  }
  return event;
}
