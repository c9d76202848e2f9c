import { RapportError, type Json } from '@rapport/kernel';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { destination } from '../export/destination.js';
import type { Invocation } from '../invocation.js';
import { holderFor } from '../ledger-access/opening.js';
import { proven } from '../ledger-access/proving.js';
import { progress, type Progress } from '../terminal/progress.js';

/** What of a bundle's first line is told. */
interface Claimed extends Readonly<Record<'treeSize' | 'keys' | 'events' | 'secrets', number>> {
  readonly answer: Json;
}

/** How long a server may take for a bundle, its map included. */
const SERVER_MS_MAX = 10 * 60_000;

interface Out {
  readonly out?: string;
  readonly withPersonal?: boolean;
}

interface AsOf extends Out {
  readonly asOf?: string;
}

/** `rapport prove timeline` */
export const runProveTimeline = (
  invocation: Invocation,
  { asOf, limit, ...out }: AsOf & { readonly limit: string },
  party: string,
): Promise<ExitCode> => prove(invocation, out, 'timeline', { party, asOf, countMax: limit });

/** `rapport prove loyalty` */
export const runProveLoyalty = (
  invocation: Invocation,
  { on, rules, ...out }: Out & { readonly on?: string; readonly rules?: string },
  party: string,
): Promise<ExitCode> =>
  prove(invocation, out, 'loyalty', { party, day: on ?? new Date().toISOString().slice(0, 10), rules });

/** `rapport prove referrals` */
export const runProveReferrals = (
  invocation: Invocation,
  { asOf, ...out }: AsOf,
  party: string,
): Promise<ExitCode> => prove(invocation, out, 'referrals', { party, asOf });

/** `rapport prove document` */
export const runProveDocument = (
  invocation: Invocation,
  { asOf, ...out }: AsOf,
  view: string,
  key: string,
): Promise<ExitCode> => prove(invocation, out, 'document', { view, key, asOf });

async function prove(
  invocation: Invocation,
  { out, withPersonal = false }: Out,
  name: string,
  given: Readonly<Record<string, string | undefined>>,
): Promise<ExitCode> {
  const { terminal, json } = invocation;
  if (json && out === undefined)
    throw new RapportError('INVALID_QUERY', 'With --json the bundle needs a file: give --out.');
  const parameters = Object.fromEntries(
    Object.entries(given).filter((one): one is [string, string] => one[1] !== undefined),
  );
  const lines = await bundleOf(invocation, { name, parameters }, withPersonal);
  const target = destination(terminal, out);
  try {
    for (const line of lines) await target.write(line);
    await target.done();
  } catch (error) {
    await target.abandon();
    throw error;
  }
  const { treeSize, keys, events, secrets, answer } = JSON.parse(lines[0] ?? '') as Claimed;
  if (json) await terminal.json({ file: out, treeSize, keys, events, secrets, answer });
  else
    terminal.note(
      `Proven as at ${treeSize} events of the ledger: ${events} events, and what the map holds for ${keys} keys. Check it with \`rapport verify bundle ${out ?? '<file>'} --key <log.pub>\`.`,
    );
  return EXIT.ok;
}

/** The lines of a bundle: from the server that holds the folder, or from the ledger itself. */
async function bundleOf(
  invocation: Invocation,
  question: { readonly name: string; readonly parameters: Readonly<Record<string, string>> },
  withPersonal: boolean,
): Promise<readonly string[]> {
  const { terminal, tenant, signal } = invocation;
  const holder = await holderFor(invocation);
  if (holder?.url !== undefined) {
    const { rapportClient } = await import('@rapport/client');
    const server = { url: holder.url, tenant, source: 'urn:rapport:cli', timeoutMs: SERVER_MS_MAX };
    const bundle = await rapportClient(server).prove(question.name, {
      ...question.parameters,
      ...(withPersonal ? { personal: 'true' } : {}),
    });
    return bundle.split(/(?<=\n)/);
  }
  const shown = new Shown(terminal);
  const { lines } = await proven(invocation, question, {
    withPersonal,
    onMap: (done, total) => shown.show('Bringing the completeness map up to date', done, total),
    onEvent: (done, total) => shown.show('Proving events', done, total),
    signal,
  }).finally(() => shown.stop());
  return lines;
}

/** One bar at a time, made when there is something to show. */
class Shown {
  private title = '';
  private bar: Promise<Progress> | undefined;

  constructor(private readonly terminal: Invocation['terminal']) {}

  show(title: string, done: number, total: number): void {
    if (this.title !== title) {
      this.stop();
      this.title = title;
      this.bar = progress(this.terminal, title, total);
    }
    void this.bar?.then((bar) => bar.update(done));
  }

  stop(): void {
    void this.bar?.then((bar) => bar.stop());
    this.bar = undefined;
  }
}
