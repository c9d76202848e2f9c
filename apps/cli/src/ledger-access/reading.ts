import { RapportError, readBounds, type Bounds, type BoundsGiven, type BoundsNames } from '@rapport/kernel';
import type { Invocation } from '../invocation.js';
import type { Ledger } from './ledger.js';
import { isKept, opened, type Opening } from './opening.js';

/** How long a reader lets a running server bring the views up to date before it reads what there is. */
const CATCH_UP_MS_MAX = 5_000;

/**
 * Opens the tenant's ledger for reading, beside whoever writes, and closes it after use.
 * @throws RapportError `DATA_NOT_FOUND`, `TENANT_NOT_FOUND`
 */
export async function reading<T>(
  invocation: Opening & Pick<Invocation, 'tenant' | 'terminal'>,
  use: (ledger: Ledger) => Promise<T>,
): Promise<T> {
  const rapport = await opened(invocation, 'read');
  try {
    const ledger = await rapport.ledger(invocation.tenant);
    await warnWhenBehind(invocation, ledger);
    return await use(ledger);
  } finally {
    await rapport.close();
  }
}

async function warnWhenBehind(
  invocation: Opening & Pick<Invocation, 'terminal'>,
  ledger: Ledger,
): Promise<void> {
  const { terminal } = invocation;
  const { position } = await ledger.head();
  const behind = async (): Promise<number> =>
    Math.max(0, ...(await ledger.health()).map(({ lagEvents }) => lagEvents));
  if ((await behind()) === 0) return;
  if (await isKept(invocation)) {
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

/** What the bounds are called on the command line. */
const BOUNDS_NAMES: BoundsNames = { asOf: '--as-of', knownAt: '--known-at', treeSize: '--tree-size' };

/** @throws RapportError `INVALID_TIME`, `INVALID_QUERY` */
export const boundsOf = (ledger: Ledger, given: BoundsGiven, names = BOUNDS_NAMES): Promise<Bounds> =>
  readBounds(ledger, given, names);

/** Two sets of bounds, as commands that compare take them. */
export interface TwoBoundsGiven {
  readonly fromAsOf?: string;
  readonly fromKnownAt?: string;
  readonly fromTreeSize?: string;
  readonly toAsOf?: string;
  readonly toKnownAt?: string;
  readonly toTreeSize?: string;
}

/** @throws RapportError `INVALID_TIME`, `INVALID_QUERY` */
export async function twoBoundsOf(
  ledger: Ledger,
  given: TwoBoundsGiven,
): Promise<{ readonly first: Bounds; readonly second: Bounds }> {
  const first = { asOf: given.fromAsOf, knownAt: given.fromKnownAt, treeSize: given.fromTreeSize };
  const second = { asOf: given.toAsOf, knownAt: given.toKnownAt, treeSize: given.toTreeSize };
  return {
    first: await readBounds(ledger, first, sideNames('from')),
    second: await readBounds(ledger, second, sideNames('to')),
  };
}

const sideNames = (side: 'from' | 'to'): BoundsNames => ({
  asOf: `--${side}-as-of`,
  knownAt: `--${side}-known-at`,
  treeSize: `--${side}-tree-size`,
});

/** A page, where one is asked for. */
export interface PageGiven {
  readonly limit?: string;
  readonly after?: string;
}

const PAGE_SIZE_DEFAULT = '50';

/** The page that is asked for; undefined when all is. @throws RapportError `INVALID_QUERY` */
export function pageOf({
  limit,
  after,
}: PageGiven): { readonly countMax: number; readonly after: string | undefined } | undefined {
  if (limit === undefined && after === undefined) return undefined;
  return { countMax: wholeNumber(limit ?? PAGE_SIZE_DEFAULT, '--limit', { min: 1, max: 1_000 }), after };
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
