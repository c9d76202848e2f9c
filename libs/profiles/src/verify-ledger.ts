import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  SealedLog,
  verifyEvents,
  verifyViews,
  type EventStore,
  type EventsVerdict,
  type ProofLog,
  type SignedHead,
  type SignedHeads,
  type ViewStore,
  type ViewsVerdict,
} from '@rapport/ledger';
import { newTurn, sqliteViewStore } from '@rapport/store-sqlite';
import { kinds } from '@rapport/touchpoints';
import { views } from '@rapport/views';
import { VIEWS_FILE } from './files.js';

/** What was read of a tenant's stores, and what was found. */
export interface StoreVerdict {
  readonly tenant: string;
  readonly events: EventsVerdict;
  /** The signed head that the events were held against; none where nothing was signed. */
  readonly head: (SignedHead & { readonly verifierKey: string }) | undefined;
  /** What the database itself finds wrong with its file. */
  readonly fileProblems: readonly string[];
  /** None when the events are damaged: a replay of them would prove nothing. */
  readonly views: ViewsVerdict | undefined;
}

/** What is to be verified, and against what. */
export interface VerifyRequest {
  readonly tenant: string;
  /** The key that must have signed the head; that of the key folder unless given, which the operator could have changed. */
  readonly verifierKey?: string;
  /** A signed head from elsewhere, such as one that a witness or an auditor kept; that of the key folder unless given. */
  readonly checkpoint?: Uint8Array;
  /** How much damage is told before the verification stops; the first unless given. */
  readonly damagesMax?: number;
  readonly onProgress?: (what: 'events' | 'views', done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** What a replay reads, and compares with. */
export interface ReplaySources {
  readonly events: EventStore;
  /** None where there are no views yet. */
  readonly views: ViewStore | undefined;
  close(): Promise<void>;
}

/** The stores of a tenant, open for reading. */
export interface LedgerToVerify {
  readonly log: ProofLog;
  readonly heads: SignedHeads;
  /** The key of the log as the profile knows it. */
  readonly verifierKey: string | undefined;
  readonly fileProblems: readonly string[];
  /** Opens what only a replay needs: views that cannot be opened must not hide damaged events. */
  readonly openReplay: () => ReplaySources;
}

/**
 * Verifies everything that is stored of a tenant: every event and leaf, the tree, the signed head, and the views against a
 * replay in a folder that is thrown away. Leaves the log open.
 * @throws RapportError `STORE_CORRUPT`, `STORE_UNAVAILABLE`; a Refusal for a head that does not verify
 */
export async function verifyLedger(ledger: LedgerToVerify, request: VerifyRequest): Promise<StoreVerdict> {
  const { log, fileProblems } = ledger;
  const { tenant, onProgress, damagesMax, signal } = request;
  const head = await signedHead(ledger, request);
  const events = await verifyEvents({
    tenant,
    log,
    head,
    onProgress: (done, total) => onProgress?.('events', done, total),
    ...(damagesMax === undefined ? {} : { damagesMax }),
    ...(signal === undefined ? {} : { signal }),
  });
  const isWhole = events.damages.length === 0 && fileProblems.length === 0;
  const replay = isWhole ? await replayed(ledger, request, events.events) : undefined;
  return { tenant, events, head, fileProblems, views: replay };
}

async function signedHead(ledger: LedgerToVerify, request: VerifyRequest): Promise<StoreVerdict['head']> {
  const { tenant, checkpoint, verifierKey = ledger.verifierKey } = request;
  if (verifierKey === undefined) return undefined;
  const heads =
    checkpoint === undefined
      ? ledger.heads
      : { last: () => Promise.resolve(checkpoint), keep: () => Promise.reject(new Error('for reading')) };
  const head = await new SealedLog({ tenant, log: ledger.log, heads, keys: { verifierKey } }).head();
  return head === undefined ? undefined : { ...head, verifierKey };
}

async function replayed(
  { openReplay }: LedgerToVerify,
  request: VerifyRequest,
  total: number,
): Promise<ViewsVerdict> {
  const sources = openReplay();
  try {
    const { events, views: live } = sources;
    if (live !== undefined) return await compared(events, live, request, total);
    return { position: 0n, documents: 0, notCompared: 'there are no views yet' };
  } finally {
    await sources.close();
  }
}

async function compared(
  events: EventStore,
  live: ViewStore,
  { onProgress, signal }: VerifyRequest,
  total: number,
): Promise<ViewsVerdict> {
  const folder = await mkdtemp(join(tmpdir(), 'rapport-verify-'));
  const replay = sqliteViewStore({ file: join(folder, VIEWS_FILE), turn: newTurn() });
  try {
    return await verifyViews({
      events,
      live,
      replayed: replay,
      kinds,
      views,
      onProgress: (done) => onProgress?.('views', done, total),
      ...(signal === undefined ? {} : { signal }),
    });
  } finally {
    await replay.close();
    await rm(folder, { recursive: true, force: true });
  }
}
