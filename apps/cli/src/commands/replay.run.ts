import {
  canonicalJson,
  RapportError,
  type Bounds,
  type BoundsGiven,
  type Json,
  type View,
} from '@rapport/kernel';
import type { queries } from '@rapport/profiles';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { writeItems } from '../export/write-items.js';
import type { Invocation } from '../invocation.js';
import type { Ledger } from '../ledger-access/ledger.js';
import { boundsOf, pageOf, reading, type PageGiven } from '../ledger-access/reading.js';
import { recordViewing } from '../ledger-access/viewing.js';
import { progress } from '../terminal/progress.js';
import { jsonText, printable } from '../terminal/terminal.js';

interface ReplayOptions extends BoundsGiven, PageGiven, queries.ViewingGiven {
  readonly hash?: boolean;
  readonly out?: string;
}

/** What is replayed, pinned to one position, so that nothing recorded meanwhile is mixed in. */
interface Asked {
  readonly view: View;
  readonly key: string | undefined;
  /** Bounds as given, for the answer. */
  readonly given: Bounds;
  readonly pinned: Bounds;
  readonly position: bigint;
}

/** `rapport replay` */
export async function runReplay(
  invocation: Invocation,
  options: ReplayOptions,
  viewName: string,
  key?: string,
): Promise<ExitCode> {
  const page = pageOf(options);
  return reading(invocation, async (ledger) => {
    const view = viewNamed(ledger, viewName);
    const given = await boundsOf(ledger, options);
    const { position } = await ledger.replay(view.name, given);
    const asked = { view, key, given, position, pinned: { ...given, knownAt: position } };
    await recordViewing(invocation, options, {
      key,
      scope: `replay of ${view.name} at position ${position}`,
    });
    if (options.hash === true) return showHash(invocation, ledger, asked);
    if (page !== undefined) return showPage(invocation, ledger, asked, page);
    return key === undefined
      ? showWhole(invocation, ledger, asked, options.out)
      : showKey(invocation, ledger, asked, key);
  });
}

async function showHash(
  { terminal, json, signal }: Invocation,
  ledger: Ledger,
  asked: Asked,
): Promise<ExitCode> {
  const { view, key, given, pinned, position } = asked;
  const bar = await progress(terminal, `Replaying ${view.name}`, 0, json || key !== undefined);
  const onProgress = (done: number, total: number): void => bar.update(done, `${done} keys`, total);
  const { documents, sha256 } = (
    await ledger.replayHash(view.name, pinned, { key, signal, onProgress }).finally(() => bar.stop())
  ).value;
  const live = isBounded(given) || key !== undefined ? undefined : await ledger.hash(view.name);
  const sameAsLive = live?.position === position ? live.views[0]?.sha256 === sha256 : undefined;
  if (json)
    await terminal.json({
      view: view.name,
      version: view.version,
      ...(key === undefined ? {} : { key }),
      bounds: given,
      position,
      documents,
      sha256,
      ...(sameAsLive === undefined ? {} : { sameAsLive }),
    });
  else {
    await terminal.line(`${sha256}  ${view.name}, ${documents} documents or entries at position ${position}`);
    sayWhetherLive(terminal, sameAsLive);
  }
  return sameAsLive === false ? EXIT.internal : EXIT.ok;
}

async function showPage(
  { terminal, json }: Invocation,
  ledger: Ledger,
  { view, key, given, pinned }: Asked,
  page: NonNullable<ReturnType<typeof pageOf>>,
): Promise<ExitCode> {
  const answer = await ledger.replayPage(view.name, page.after === undefined ? pinned : given, {
    ...page,
    key,
  });
  const { items, next } = answer.value;
  if (json) await terminal.json(answer);
  else {
    for (const item of items) await terminal.line(jsonText(item));
    if (next !== undefined) terminal.note(`There is more: add --after ${next}`);
  }
  return EXIT.ok;
}

async function showWhole(
  invocation: Invocation,
  ledger: Ledger,
  { view, pinned, position }: Asked,
  path: string | undefined,
): Promise<ExitCode> {
  const { terminal, signal } = invocation;
  const isShownHere = path === undefined && terminal.width !== undefined;
  const bar = await progress(terminal, `Replaying ${view.name}`, 0, isShownHere);
  const onProgress = (done: number, total: number): void => bar.update(done, `${done} keys`, total);
  try {
    const { value } = await ledger.replay(view.name, pinned, { signal, onProgress });
    const count = await writeItems(invocation, value, { path, textOf: (item) => `${jsonText(item)}\n` });
    terminal.note(
      `${count} documents or entries of ${view.name} at position ${position}${path === undefined ? '' : ` written to ${path}`}.`,
    );
  } finally {
    bar.stop();
  }
  return EXIT.ok;
}

async function showKey(
  { terminal, json }: Invocation,
  ledger: Ledger,
  { view, given, pinned, position }: Asked,
  key: string,
): Promise<ExitCode> {
  const bounded = isBounded(given);
  const replayed = (await contentOf(ledger, view, key, pinned)).value;
  if (replayed === undefined)
    throw new RapportError(
      'NOT_FOUND',
      `The view ${view.name} has nothing under ${printable(key)}${bounded ? ' within these bounds' : ''}: check the key and the tenant.`,
    );
  const live = bounded ? undefined : await contentOf(ledger, view, key, {});
  const sameAsLive =
    live?.position === position ? canonicalJson(replayed) === canonicalJson(live.value ?? null) : undefined;
  if (json)
    await terminal.json({
      view: view.name,
      version: view.version,
      key,
      bounds: bounded ? given : pinned,
      position,
      ...(sameAsLive === undefined ? {} : { sameAsLive }),
      value: replayed,
    });
  else {
    for (const line of JSON.stringify(replayed, null, 2).split('\n')) await terminal.line(printable(line));
    sayWhetherLive(terminal, sameAsLive);
  }
  return sameAsLive === false ? EXIT.internal : EXIT.ok;
}

function sayWhetherLive(
  terminal: Pick<Invocation['terminal'], 'note'>,
  sameAsLive: boolean | undefined,
): void {
  if (sameAsLive === undefined) return;
  terminal.note(
    sameAsLive
      ? 'The same as the live view, to the byte.'
      : 'Not what the live view holds: run `rapport views rebuild`, and report it.',
  );
}

const isBounded = ({ asOf, knownAt }: Bounds): boolean => asOf !== undefined || knownAt !== undefined;

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
  bounds: Bounds,
): Promise<{ readonly position: bigint; readonly value: Json | undefined }> {
  if (view.shape !== 'entries') return ledger.document(view.name, key, bounds);
  const { position, value } = await ledger.allEntries(view.name, key, bounds);
  const shown = value.map(({ time, source, id, subject, entry }) => ({ time, source, id, subject, entry }));
  return { position, value: shown.length === 0 ? undefined : shown };
}
