import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Json, Rejection } from '@rapport/kernel';
import type { Ledger, RecordOutcome } from '@rapport/ledger';

/** What became of a touchpoint; `valid` for one that was only checked. */
export type TouchpointOutcome =
  | RecordOutcome
  | { readonly status: 'valid' }
  | { readonly status: 'rejected'; readonly rejection: Rejection };

/** Records touchpoints, or checks them as recording would and writes nothing. */
export class RecordTouchpoints extends Command<readonly TouchpointOutcome[]> {
  constructor(
    readonly ledger: Ledger,
    readonly touchpoints: readonly Json[],
    readonly validateOnly: boolean,
  ) {
    super();
  }
}

@CommandHandler(RecordTouchpoints)
export class RecordTouchpointsHandler implements ICommandHandler<RecordTouchpoints> {
  async execute({
    ledger,
    touchpoints,
    validateOnly,
  }: RecordTouchpoints): Promise<readonly TouchpointOutcome[]> {
    return validateOnly ? ledger.check(touchpoints) : ledger.record(touchpoints);
  }
}
