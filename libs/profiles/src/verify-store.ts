import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RapportError } from '@rapport/kernel';
import {
  SealedLog,
  verifyEvents,
  verifyViews,
  type EventStore,
  type EventsVerdict,
  type SignedHead,
  type ViewsVerdict,
} from '@rapport/ledger';
import {
  integrityProblems,
  newTurn,
  sqliteEventStore,
  sqliteProofLog,
  sqliteViewStore,
} from '@rapport/store-sqlite';
import { kinds } from '@rapport/touchpoints';
import { views } from '@rapport/views';
import { LEDGER_FILE, secretsOf, VIEWS_FILE } from './files.js';
import { readLogKeys, signedHeadsIn } from './log-keys.js';
import type { EmbeddedOptions } from './rapport.js';

/** What was read of a tenant's files, and what was found. */
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

export interface VerifyStoreOptions extends EmbeddedOptions {
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

/**
 * Verifies everything that a data folder holds of a tenant, reading only: the file, every event and leaf, the tree, the
 * signed head, and the views against a replay.
 * @throws RapportError `TENANT_NOT_FOUND`, `STORE_CORRUPT`, `STORE_FOREIGN`; a Refusal for a head that does not verify
 */
export async function verifyStore(options: VerifyStoreOptions): Promise<StoreVerdict> {
  const { dataDir, tenant, onProgress, signal } = options;
  const file = join(dataDir, tenant, LEDGER_FILE);
  if (!existsSync(file))
    throw new RapportError('TENANT_NOT_FOUND', `There is no tenant ${tenant} in ${dataDir}.`);
  const fileProblems = integrityProblems(file);
  const log = sqliteProofLog(file);
  try {
    const head = await signedHead(options, log);
    const events = await verifyEvents({
      tenant,
      log,
      head,
      onProgress: (done, total) => onProgress?.('events', done, total),
      ...(options.damagesMax === undefined ? {} : { damagesMax: options.damagesMax }),
      ...(signal === undefined ? {} : { signal }),
    });
    const isWhole = events.damages.length === 0 && fileProblems.length === 0;
    return {
      tenant,
      events,
      head,
      fileProblems,
      views: isWhole ? await replayed(options, events.events) : undefined,
    };
  } finally {
    await log.close();
  }
}

async function signedHead(
  options: VerifyStoreOptions,
  log: ReturnType<typeof sqliteProofLog>,
): Promise<StoreVerdict['head']> {
  const folder = secretsOf(options, options.tenant);
  const { checkpoint } = options;
  const verifierKey = options.verifierKey ?? (await readLogKeys(folder))?.verifierKey;
  if (verifierKey === undefined) return undefined;
  const heads =
    checkpoint === undefined
      ? signedHeadsIn(folder)
      : { last: () => Promise.resolve(checkpoint), keep: () => Promise.reject(new Error('for reading')) };
  const head = await new SealedLog({ tenant: options.tenant, log, heads, keys: { verifierKey } }).head();
  return head === undefined ? undefined : { ...head, verifierKey };
}

/** Opens the ledger as its readers do, which another tenant's refuses, and compares the views. */
async function replayed(options: VerifyStoreOptions, total: number): Promise<ViewsVerdict> {
  const { dataDir, tenant } = options;
  const events = sqliteEventStore({ file: join(dataDir, tenant, LEDGER_FILE), tenant, readOnly: true });
  try {
    const file = join(dataDir, tenant, VIEWS_FILE);
    if (!existsSync(file)) return { position: 0n, documents: 0, notCompared: 'there are no views yet' };
    return await compared(options, events, file, total);
  } finally {
    await events.close();
  }
}

/** Projects the ledger into a folder that is thrown away, and compares. */
async function compared(
  { onProgress, signal }: VerifyStoreOptions,
  events: EventStore,
  file: string,
  total: number,
): Promise<ViewsVerdict> {
  const folder = await mkdtemp(join(tmpdir(), 'rapport-verify-'));
  const live = sqliteViewStore({ file, readOnly: true });
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
    await live.close();
    await rm(folder, { recursive: true, force: true });
  }
}
