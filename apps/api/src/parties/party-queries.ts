import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { RapportError, type Answer, type Bounds, type JsonObject } from '@rapport/kernel';
import type { Ledger } from '@rapport/ledger';
import { queries } from '@rapport/profiles';
import { PAGE_SIZE_DEFAULT } from '../requests/page-size.js';
import { timeBound, type ReadScope } from '../requests/read-scope.js';
import { startBound } from '../views/entries-query.js';
import type { TimelineParameters } from './timeline-query.js';

/** The view that holds what is known of a party. */
export const PARTY_VIEW = 'relationship-360';

/** What is known of one party. */
export class ReadParty extends Query<Answer<JsonObject>> {
  constructor(
    readonly scope: ReadScope,
    readonly party: string,
  ) {
    super();
  }
}

@QueryHandler(ReadParty)
export class ReadPartyHandler implements IQueryHandler<ReadParty> {
  async execute({ scope, party }: ReadParty): Promise<Answer<JsonObject>> {
    const { ledger, bounds } = scope;
    const canonical = await ledger.canonical(party, bounds);
    const answer = await ledger.document(PARTY_VIEW, canonical, bounds);
    if (answer.value === undefined) {
      throw new RapportError('PARTY_NOT_FOUND', 'No touchpoint within these bounds names this party.');
    }
    return { ...answer, value: { party: canonical, ...answer.value } };
  }
}

/** What happened with a party: touchpoints, episodes, or those of a firm and its people. */
export class ReadTimeline extends Query<Answer<object>> {
  constructor(
    readonly scope: ReadScope,
    readonly party: string,
    readonly parameters: TimelineParameters,
  ) {
    super();
  }
}

@QueryHandler(ReadTimeline)
export class ReadTimelineHandler implements IQueryHandler<ReadTimeline> {
  execute({ scope, party, parameters }: ReadTimeline): Promise<Answer<object>> {
    const { ledger, bounds } = scope;
    const { groupBy, tree } = parameters;
    if (groupBy === undefined) {
      const query = timelineQueryOf(parameters);
      return tree === true
        ? queries.treeTimelinePage(ledger, party, query, bounds)
        : queries.timelinePage(ledger, party, query, bounds);
    }
    return queries.timelineEpisodes(ledger, party, episodesQueryOf(parameters), bounds);
  }
}

/** What two pairs of bounds say differently of a party. */
export class DiffTimeline extends Query<Answer<object>> {
  constructor(
    readonly ledger: Ledger,
    readonly party: string,
    readonly first: Bounds,
    readonly second: Bounds,
  ) {
    super();
  }
}

@QueryHandler(DiffTimeline)
export class DiffTimelineHandler implements IQueryHandler<DiffTimeline> {
  execute({ ledger, party, first, second }: DiffTimeline): Promise<Answer<object>> {
    return queries.timelineDiff(ledger, party, first, second);
  }
}

function timelineQueryOf(parameters: TimelineParameters): queries.TimelineQuery {
  const { family, kind, channel, direction, episode, text, order, after, limit } = parameters;
  const from = parameters.from === undefined ? undefined : startBound(parameters.from, 'from');
  const to = timeBound(parameters.to, 'to');
  return {
    countMax: limit ?? PAGE_SIZE_DEFAULT,
    ...withoutUndefined({ family, kind, channel, direction, episode, text, order, after, from, to }),
  };
}

/** Episodes can be narrowed to one family only: what else is asked for would be passed over, so it is refused. */
function episodesQueryOf(parameters: TimelineParameters): {
  readonly family?: string;
  readonly after?: string;
  readonly countMax: number;
} {
  const { family, after, limit, tree, kind, channel, direction, episode, from, to, text, order } = parameters;
  const others = withoutUndefined({ tree, kind, channel, direction, episode, from, to, text, order });
  const names = Object.keys(others);
  if (names.length > 0 || (family !== undefined && family.length > 1)) {
    throw new RapportError(
      'INVALID_QUERY',
      'Grouped by episode a timeline takes one `family`, `after` and `limit` only.',
      {
        facts: { parameters: names.join(',') || 'family' },
      },
    );
  }
  return { countMax: limit ?? PAGE_SIZE_DEFAULT, ...withoutUndefined({ family: family?.[0], after }) };
}

/** The same object without members that are undefined, as exact optional properties ask for. */
function withoutUndefined<T extends object>(
  value: T,
): { readonly [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as {
    readonly [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
