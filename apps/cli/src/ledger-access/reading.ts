import { RapportError, parseBound, parsePosition, valueOf, type Bounds } from '@rapport/kernel';
import { holderOf, openEmbedded } from '@rapport/profiles';
import type { Invocation } from '../invocation.js';
import type { Ledger } from './ledger.js';

/** How long a reader lets a running server bring the views up to date before it reads what there is. */
const CATCH_UP_MS_MAX = 5_000;

/**
 * Opens the tenant's ledger for reading, beside whoever writes, and closes it after use.
 * @throws RapportError `DATA_NOT_FOUND`, `TENANT_NOT_FOUND`
 */
export async function reading<T>(
  invocation: Pick<Invocation, 'dataDir' | 'place' | 'tenant' | 'terminal'>,
  use: (ledger: Ledger) => Promise<T>,
): Promise<T> {
  const rapport = await openEmbedded({ ...invocation.place, readOnly: true, projector: 'none' });
  try {
    const ledger = await rapport.ledger(invocation.tenant);
    await warnWhenBehind(invocation, ledger);
    return await use(ledger);
  } finally {
    await rapport.close();
  }
}

async function warnWhenBehind(
  { dataDir, terminal }: Pick<Invocation, 'dataDir' | 'terminal'>,
  ledger: Ledger,
): Promise<void> {
  const { position } = await ledger.head();
  const behind = async (): Promise<number> =>
    Math.max(0, ...(await ledger.health()).map(({ lagEvents }) => lagEvents));
  if ((await behind()) === 0) return;
  const isServed = (await holderOf(dataDir)) !== undefined;
  if (isServed) {
    await ledger.waitFor(position, CATCH_UP_MS_MAX).catch(() => undefined);
    const left = await behind();
    if (left > 0)
      terminal.note(
        `The views are ${left} events behind the ledger: they catch up while the server runs; ask again soon.`,
      );
  } else
    terminal.note(
      `The views are ${await behind()} events behind the ledger: run \`rapport views catch-up\` to bring them up to date.`,
    );
}

/** Bounds as they are given on the command line. */
export interface BoundsGiven {
  /** A day (its last moment, UTC) or an RFC 3339 time. */
  readonly asOf?: string;
  /** A position, a day or an RFC 3339 time. */
  readonly knownAt?: string;
}

/** @throws RapportError `INVALID_TIME` */
export async function boundsOf(ledger: Pick<Ledger, 'positionAt'>, given: BoundsGiven): Promise<Bounds> {
  const asOf = given.asOf === undefined ? undefined : valueOf(parseBound(given.asOf, '--as-of'));
  const knownAt = given.knownAt === undefined ? undefined : await positionKnownAt(ledger, given.knownAt);
  return { ...(asOf === undefined ? {} : { asOf }), ...(knownAt === undefined ? {} : { knownAt }) };
}

async function positionKnownAt(ledger: Pick<Ledger, 'positionAt'>, text: string): Promise<bigint> {
  return parsePosition(text) ?? ledger.positionAt(valueOf(parseBound(text, '--known-at')));
}

/** A whole number from an option. @throws RapportError `INVALID_QUERY` */
export function wholeNumber(
  text: string,
  option: string,
  { min, max }: { readonly min: number; readonly max: number },
): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= min && number <= max) return number;
  throw new RapportError(
    'INVALID_QUERY',
    `${option} takes a whole number from ${min} to ${max}, not ${text}.`,
  );
}
