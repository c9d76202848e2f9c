import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { AnalysesController, RunAnalysisHandler } from '../analyses/analyses.controller.js';
import {
  LookUpEventHandler,
  ReadEventHandler,
  ReadFeedHandler,
  ReadStreamHandler,
} from '../events/event-queries.js';
import { FeedController } from '../events/feed.controller.js';
import { RecordTouchpointsHandler } from '../events/record-touchpoints.command.js';
import { RecordController } from '../events/record.controller.js';
import { StreamsController } from '../events/streams.controller.js';
import { KindsController } from '../kinds/kinds.controller.js';
import { LogController } from '../log/log.controller.js';
import { ReadLogFileHandler, ReadReceiptHandler } from '../log/log-queries.js';
import { LiveController } from '../live/live.controller.js';
import { OperationsController } from '../operations/operations.controller.js';
import { LoyaltyController } from '../parties/loyalty.controller.js';
import {
  CompareLoyaltyHandler,
  ExplainLoyaltyHandler,
  ScoreLoyaltyHandler,
  TrendLoyaltyHandler,
} from '../parties/loyalty-queries.js';
import { PartiesController } from '../parties/parties.controller.js';
import { DiffTimelineHandler, ReadPartyHandler, ReadTimelineHandler } from '../parties/party-queries.js';
import { PersonalDataController } from '../parties/personal-data.controller.js';
import {
  FindReferralPathHandler,
  ListTopReferrersHandler,
  ReadForestHandler,
  ReadReferralsHandler,
} from '../referrals/referral-queries.js';
import { ReferralsController } from '../referrals/referrals.controller.js';
import { ProofsController } from '../proofs/proofs.controller.js';
import { ProveAnswerHandler } from '../proofs/prove-answer.command.js';
import { DiffReplaysHandler, HashReplayHandler, ReadReplayHandler } from '../replay/replay-queries.js';
import { ReplayController } from '../replay/replay.controller.js';
import { ReportPartyHandler } from '../reports/report-queries.js';
import { ReportController } from '../reports/report.controller.js';
import { ReadScopes } from '../requests/read-scope.js';
import { Viewings } from '../requests/viewings.js';
import { RebuildJobs } from '../views/rebuild-jobs.js';
import {
  FindDocumentsHandler,
  HashViewsHandler,
  ListParkedHandler,
  ListViewsHandler,
  ReadDocumentHandler,
  ReadEntriesHandler,
} from '../views/view-queries.js';
import { ViewsController } from '../views/views.controller.js';
import { ServerContext } from './server-context.js';

const HANDLERS = [
  RecordTouchpointsHandler,
  ...[ReadFeedHandler, ReadEventHandler, LookUpEventHandler, ReadStreamHandler],
  ...[ReadPartyHandler, ReadTimelineHandler, DiffTimelineHandler],
  ...[ScoreLoyaltyHandler, ExplainLoyaltyHandler, TrendLoyaltyHandler, CompareLoyaltyHandler],
  ...[ReadReferralsHandler, FindReferralPathHandler, ListTopReferrersHandler, ReadForestHandler],
  ...[
    ListViewsHandler,
    ReadDocumentHandler,
    FindDocumentsHandler,
    ReadEntriesHandler,
    ListParkedHandler,
    HashViewsHandler,
  ],
  ...[ReadLogFileHandler, ReadReceiptHandler],
  ProveAnswerHandler,
  ...[ReadReplayHandler, HashReplayHandler, DiffReplaysHandler, ReportPartyHandler],
  RunAnalysisHandler,
];

/** Everything that Nest puts together for one server. */
@Module({})
export class ApiModule {
  static of(context: ServerContext): DynamicModule {
    return {
      module: ApiModule,
      imports: [CqrsModule.forRoot()],
      controllers: [
        RecordController,
        FeedController,
        StreamsController,
        LiveController,
        LogController,
        ProofsController,
        PartiesController,
        PersonalDataController,
        LoyaltyController,
        ReferralsController,
        ReplayController,
        ReportController,
        ViewsController,
        AnalysesController,
        KindsController,
        OperationsController,
      ],
      providers: [
        { provide: ServerContext, useValue: context },
        ReadScopes,
        Viewings,
        RebuildJobs,
        ...HANDLERS,
      ],
    };
  }
}
