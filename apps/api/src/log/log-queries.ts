import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { RapportError } from '@rapport/kernel';
import type { Ledger, LogFile, Receipt } from '@rapport/ledger';

/** A static file of the proof log: a checkpoint, a tile, a bundle of entries. */
export class ReadLogFile extends Query<LogFile> {
  constructor(
    readonly ledger: Ledger,
    readonly path: string,
  ) {
    super();
  }
}

@QueryHandler(ReadLogFile)
export class ReadLogFileHandler implements IQueryHandler<ReadLogFile> {
  async execute({ ledger, path }: ReadLogFile): Promise<LogFile> {
    const file = await ledger.log.file(path);
    if (file !== undefined) return file;
    const refusal = await ledger.log.refusal();
    if (refusal !== undefined) throw refusal;
    throw new RapportError(
      'NOT_FOUND',
      'The proof log has no such file: tiles are named as C2SP tlog-tiles says, up to the size in /v1/log/checkpoint.',
    );
  }
}

/** The receipt of the event at a position. */
export class ReadReceipt extends Query<Receipt> {
  constructor(
    readonly ledger: Ledger,
    readonly position: bigint,
    readonly waitTimeoutMs: number,
  ) {
    super();
  }
}

@QueryHandler(ReadReceipt)
export class ReadReceiptHandler implements IQueryHandler<ReadReceipt> {
  execute({ ledger, position, waitTimeoutMs }: ReadReceipt): Promise<Receipt> {
    return ledger.log.receipt(position, waitTimeoutMs);
  }
}
