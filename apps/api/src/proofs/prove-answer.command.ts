import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Question, WrittenBundle } from '@rapport/ledger';
import { ServerContext } from '../server/server-context.js';

/** Answers a question and proves the answer; logs the completeness map where it is not logged as it is now. */
export class ProveAnswer extends Command<WrittenBundle> {
  constructor(
    readonly tenant: string,
    readonly question: Question,
    readonly withPersonal: boolean,
  ) {
    super();
  }
}

@CommandHandler(ProveAnswer)
export class ProveAnswerHandler implements ICommandHandler<ProveAnswer> {
  constructor(private readonly context: ServerContext) {}

  execute({ tenant, question, withPersonal }: ProveAnswer): Promise<WrittenBundle> {
    const { settings, stopSignal } = this.context;
    return settings.rapport.prove(tenant, question, { withPersonal, signal: stopSignal });
  }
}
