import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Answer } from '@rapport/kernel';
import { queries } from '@rapport/profiles';
import type { ReadScope } from '../requests/read-scope.js';

/** Everything recorded about a party, for an auditor to read. */
export class ReportParty extends Query<Answer<queries.PartyReport>> {
  constructor(
    readonly scope: ReadScope,
    readonly party: string,
    readonly query: queries.ReportQuery,
  ) {
    super();
  }
}

@QueryHandler(ReportParty)
export class ReportPartyHandler implements IQueryHandler<ReportParty> {
  execute({ scope, party, query }: ReportParty): Promise<Answer<queries.PartyReport>> {
    const { ledger, bounds } = scope;
    return queries.partyReport(ledger, ledger, party, query, bounds);
  }
}
