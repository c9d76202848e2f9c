import { join } from 'node:path';
import { RapportError, timeText } from '@rapport/kernel';
import {
  advanceMap,
  lastSeal,
  proveAnswer,
  sealMap,
  type CompletenessMap,
  type EventAt,
  type Ledger,
  type ProofLog,
  type Question,
  type SealedMap,
  type WrittenBundle,
} from '@rapport/ledger';
import { sqliteCompletenessMap, sqliteProofLog } from '@rapport/store-sqlite';
import { kinds } from '@rapport/touchpoints';
import { holderOf, openEmbedded } from '../embedded.js';
import { LEDGER_FILE, MAP_FILE } from '../files.js';
import type { EmbeddedOptions } from '../rapport.js';
import { answering, SEAL } from './answering.js';
import { openMapForWriting } from './open-map.js';

/** What is said while a proof is made, and how it is stopped. */
export interface ProveProgress {
  /** The completeness map is brought up to date: leaves in it, of so many. */
  readonly onMap?: (done: number, total: number) => void;
  /** Events are written: so many, of so many. */
  readonly onEvent?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** How long a fresh head may take to be signed. */
const SIGNING_MS_MAX = 30_000;

/**
 * Answers a question and proves the answer, as at the last time that the completeness map was logged. Where nobody holds
 * the data folder it is brought up to date and logged first; beside a running server the proof is as at the server's last
 * seal, which is a few minutes old at most.
 * @throws RapportError as the question does; `PROOF_NOT_READY`, `LOG_NOT_SIGNED`, `TENANT_NOT_FOUND`, `DATA_NOT_FOUND`,
 * `LIMIT_EXCEEDED`
 * @example
 * const question = { name: 'loyalty', parameters: { party: 'c-1', day: '2026-01-31' } };
 * (await proveQuestion({ dataDir: './data' }, 'main', question)).lines
 */
export async function proveQuestion(
  options: EmbeddedOptions,
  tenant: string,
  question: Question,
  progress: ProveProgress = {},
): Promise<WrittenBundle> {
  const isHeld = (await holderOf(options.dataDir)) !== undefined;
  await mustExist(options, tenant);
  const rapport = await openEmbedded({ ...options, readOnly: isHeld, projector: isHeld ? 'none' : 'inline' });
  try {
    const ledger = await rapport.ledger(tenant);
    const folder = join(options.dataDir, tenant);
    const log = sqliteProofLog(join(folder, LEDGER_FILE));
    try {
      const map = await openMap(join(folder, MAP_FILE), isHeld);
      try {
        return await prove({ ledger, log, map, isHeld, question, progress, now: options.now ?? Date.now });
      } finally {
        await map.close();
      }
    } finally {
      await log.close();
    }
  } finally {
    await rapport.close();
  }
}

interface Proving {
  readonly ledger: Ledger;
  readonly log: ProofLog;
  readonly map: CompletenessMap;
  readonly isHeld: boolean;
  readonly question: Question;
  readonly progress: ProveProgress;
  readonly now: () => number;
}

async function prove(proving: Proving): Promise<WrittenBundle> {
  const { ledger, log, map, question, progress } = proving;
  const source = { log, map, kinds, eventAt: eventAtIn(ledger) };
  const parts = { ledger, log, map, seal: SEAL };
  const sealed = proving.isHeld
    ? ((await lastSeal(parts)) ?? neverSealed())
    : await sealMap(
        parts,
        () => advanceMap(source, progress.onMap, progress.signal),
        timeText(proving.now()),
      );
  const { checkpoint } = await headOver(ledger, log, sealed);
  return proveAnswer(source, answering(), question, {
    tenant: ledger.tenant,
    sealed,
    checkpoint,
    ...(progress.onEvent === undefined ? {} : { onEvent: progress.onEvent }),
    ...(progress.signal === undefined ? {} : { signal: progress.signal }),
  });
}

/** A signed head that covers the seal. */
async function headOver(
  ledger: Ledger,
  log: ProofLog,
  { sealIndex }: SealedMap,
): Promise<{ checkpoint: Uint8Array }> {
  const [event] = await log.sealedAt([sealIndex]);
  if (event === undefined)
    throw new RapportError('STORE_CORRUPT', 'The ledger has lost the event of its last seal.');
  return ledger.log.published(event.position, SIGNING_MS_MAX);
}

const eventAtIn =
  (ledger: Ledger): EventAt =>
  async (stream, revision) =>
    (await ledger.stream(stream, { from: revision, countMax: 1 })).events[0];

/** Proving opens the folder for writing, which would bring into being what is not there. */
async function mustExist(options: EmbeddedOptions, tenant: string): Promise<void> {
  const rapport = await openEmbedded({ ...options, readOnly: true, projector: 'none' });
  try {
    await rapport.ledger(tenant);
  } finally {
    await rapport.close();
  }
}

async function openMap(file: string, isHeld: boolean): Promise<CompletenessMap> {
  if (!isHeld) return openMapForWriting(file);
  try {
    return sqliteCompletenessMap({ file, readOnly: true });
  } catch (error) {
    if (error instanceof RapportError && error.code === 'DATA_NOT_FOUND') neverSealed();
    throw error;
  }
}

function neverSealed(): never {
  throw new RapportError(
    'PROOF_NOT_READY',
    'The server has not logged the completeness map yet, which it does within minutes: try again, or stop it and prove without it.',
  );
}
