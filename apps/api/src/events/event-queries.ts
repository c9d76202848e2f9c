import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { RapportError, type OpenedEvent, type RecordedEvent } from '@rapport/kernel';
import type { Ledger } from '@rapport/ledger';

export interface FeedPage {
  readonly events: readonly OpenedEvent[];
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
    readonly personal: boolean,
  ) {
    super();
  }
}

@QueryHandler(ReadFeed)
export class ReadFeedHandler implements IQueryHandler<ReadFeed> {
  async execute({ ledger, options, personal }: ReadFeed): Promise<FeedPage> {
    const events: RecordedEvent[] = [];
    for await (const event of ledger.feed(options)) events.push(event);
    return { events: await asked(ledger, events, personal), isLast: events.length < options.countMax };
  }
}

/** One event by its position. */
export class ReadEvent extends Query<OpenedEvent> {
  constructor(
    readonly ledger: Ledger,
    readonly position: bigint,
    readonly personal: boolean,
  ) {
    super();
  }
}

@QueryHandler(ReadEvent)
export class ReadEventHandler implements IQueryHandler<ReadEvent> {
  async execute({ ledger, position, personal }: ReadEvent): Promise<OpenedEvent> {
    return only(ledger, await ledger.event(position), personal);
  }
}

/** One event by its identity within its stream. */
export class LookUpEvent extends Query<OpenedEvent> {
  constructor(
    readonly ledger: Ledger,
    readonly subject: string,
    readonly source: string,
    readonly id: string,
    readonly personal: boolean,
  ) {
    super();
  }
}

@QueryHandler(LookUpEvent)
export class LookUpEventHandler implements IQueryHandler<LookUpEvent> {
  async execute({ ledger, subject, source, id, personal }: LookUpEvent): Promise<OpenedEvent> {
    return only(ledger, await ledger.eventOf(subject, source, id), personal);
  }
}

export interface StreamPage {
  readonly exists: boolean;
  readonly events: readonly OpenedEvent[];
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
    readonly personal: boolean,
  ) {
    super();
  }
}

@QueryHandler(ReadStream)
export class ReadStreamHandler implements IQueryHandler<ReadStream> {
  async execute({ ledger, subject, options, personal }: ReadStream): Promise<StreamPage> {
    const { exists, events } = await ledger.stream(subject, options);
    return { exists, events: await asked(ledger, events, personal) };
  }
}

/** Events with their personal values, for who asks for them. */
const asked = async (
  ledger: Ledger,
  events: readonly RecordedEvent[],
  personal: boolean,
): Promise<readonly OpenedEvent[]> => (personal ? ledger.withPersonal(events) : events);

async function only(
  ledger: Ledger,
  event: RecordedEvent | undefined,
  personal: boolean,
): Promise<OpenedEvent> {
  const [found] = event === undefined ? [] : await asked(ledger, [event], personal);
  if (found === undefined) {
    throw new RapportError(
      'EVENT_NOT_FOUND',
      'No event stands there: check the position, or subject, source and id.',
    );
  }
  return found;
}
