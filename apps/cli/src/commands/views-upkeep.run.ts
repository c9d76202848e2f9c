import { EXIT, type ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import type { Ledger } from '../ledger-access/ledger.js';
import { opened } from '../ledger-access/opening.js';
import { progress } from '../terminal/progress.js';
import { printable } from '../terminal/terminal.js';

const WAIT_MS_MAX = 60 * 60_000;

/** `rapport views catch-up` */
export async function runCatchUp(invocation: Invocation): Promise<ExitCode> {
  return upkeeping(invocation, async (ledger) => {
    const { position } = await ledger.head();
    await ledger.waitFor(position, WAIT_MS_MAX);
    if (invocation.json) await invocation.terminal.json({ position });
    else await invocation.terminal.line(`The views are up to date at position ${position}.`);
    return EXIT.ok;
  });
}

/** `rapport views rebuild` */
export async function runRebuild(
  invocation: Invocation,
  _options: unknown,
  view?: string,
): Promise<ExitCode> {
  const { terminal, json, signal } = invocation;
  return upkeeping(invocation, async (ledger) => {
    const { count, position } = await ledger.head();
    const bar = await progress(terminal, `Rebuilding ${view ?? 'all views'}`, count, json);
    try {
      await ledger.rebuild(
        view,
        (name, { done, eventsPerSecond, etaSeconds }) =>
          bar.update(
            done,
            `${name}, ${Math.round(eventsPerSecond)} events/s, ${Math.ceil(etaSeconds)} s to go`,
          ),
        signal,
      );
    } finally {
      bar.stop();
    }
    signal.throwIfAborted();
    if (json) await terminal.json({ rebuilt: view ?? ledger.views.map(({ name }) => name), position });
    else
      await terminal.line(
        `Rebuilt ${view ?? `all ${ledger.views.length} views`} from ${count} events and swapped.`,
      );
    return EXIT.ok;
  });
}

/** `rapport views retry` */
export async function runRetry(
  invocation: Invocation,
  _options: unknown,
  view: string,
  key?: string,
): Promise<ExitCode> {
  const { terminal, json } = invocation;
  return upkeeping(invocation, async (ledger) => {
    const still = await ledger.retry(view, key);
    if (json) await terminal.json({ parked: still });
    else if (still.length === 0) await terminal.line('No key of the view is parked any more.');
    else for (const one of still) await terminal.line(printable(`still parked: ${one.key}: ${one.error}`));
    return still.length === 0 ? EXIT.ok : EXIT.unavailable;
  });
}

/** Opens the ledger for writing: refused with `LEDGER_IN_USE` while a server holds its folder and looks after its views. */
async function upkeeping<T>(invocation: Invocation, use: (ledger: Ledger) => Promise<T>): Promise<T> {
  const { tenant } = invocation;
  const { existing } = await import('../ledger-access/existing.js');
  await existing(invocation, tenant);
  const rapport = await opened(invocation, 'write');
  try {
    return await use(await rapport.ledger(tenant));
  } finally {
    await rapport.close();
  }
}
