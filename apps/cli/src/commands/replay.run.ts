import { canonicalJson, RapportError, type Json, type View } from '@rapport/kernel';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import type { Ledger } from '../ledger-access/ledger.js';
import { boundsOf, reading, type BoundsGiven } from '../ledger-access/reading.js';
import { printable } from '../terminal/terminal.js';

/** `rapport replay` */
export async function runReplay(
  invocation: Invocation,
  options: BoundsGiven,
  viewName: string,
  key: string,
): Promise<ExitCode> {
  const { terminal, json } = invocation;
  return reading(invocation, async (ledger) => {
    const view = viewNamed(ledger, viewName);
    const given = await boundsOf(ledger, options);
    const isBounded = given.asOf !== undefined || given.knownAt !== undefined;
    // Bounded at the head, the history is folded again instead of read from the view.
    const bounds = isBounded ? given : { knownAt: (await ledger.head()).position };
    const replayed = await contentOf(ledger, view, key, bounds);
    if (replayed === undefined)
      throw new RapportError(
        'NOT_FOUND',
        `The view ${view.name} has nothing under ${printable(key)}${isBounded ? ' within these bounds' : ''}: check the key and the tenant.`,
      );
    const sameAsLive = isBounded
      ? undefined
      : canonicalJson(replayed) === canonicalJson((await contentOf(ledger, view, key, {})) ?? null);
    if (json)
      await terminal.json({
        view: view.name,
        version: view.version,
        key,
        bounds,
        ...(sameAsLive === undefined ? {} : { sameAsLive }),
        value: replayed,
      });
    else {
      for (const line of JSON.stringify(replayed, null, 2).split('\n')) await terminal.line(printable(line));
      if (sameAsLive !== undefined)
        terminal.note(
          sameAsLive
            ? 'The same as the live view, to the byte.'
            : 'Not what the live view holds: run `rapport views rebuild`, and report it.',
        );
    }
    return sameAsLive === false ? EXIT.internal : EXIT.ok;
  });
}

/** @throws RapportError `VIEW_NOT_FOUND` */
export function viewNamed(ledger: Ledger, name: string): View {
  const view = ledger.views.find((one) => one.name === name);
  if (view === undefined)
    throw new RapportError(
      'VIEW_NOT_FOUND',
      `There is no view ${printable(name)}: views are ${ledger.views.map((one) => one.name).join(', ')}.`,
    );
  return view;
}

async function contentOf(
  ledger: Ledger,
  view: View,
  key: string,
  bounds: Parameters<Ledger['document']>[2],
): Promise<Json | undefined> {
  if (view.shape !== 'entries') return (await ledger.document(view.name, key, bounds)).value;
  const { value } = await ledger.allEntries(view.name, key, bounds);
  return value.length === 0
    ? undefined
    : value.map(({ time, source, id, subject, entry }) => ({ time, source, id, subject, entry }));
}
