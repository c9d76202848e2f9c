import { announce, openRapport, placeOf, type Rapport } from '@rapport/profiles';
import { RapportError } from '@rapport/kernel';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import { configurationFor } from '../ledger-access/opening.js';
import { wholeNumber } from '../ledger-access/reading.js';
import { DATA_DIR_DEFAULT, TENANT_DEFAULT } from '../command.js';
import { sampleHighlights } from '../sample/sample-highlights.js';
import { fillSample, isSampleUnfinished, SAMPLE_TENANT } from '../sample-tenant.js';

interface ServeOptions {
  readonly port?: string;
  readonly host: string;
  readonly allowRemote?: boolean;
  /** False for `--no-sample`. */
  readonly sample: boolean;
  readonly log?: boolean;
}

const PORT_DEFAULT = '7070';

/** `rapport serve` */
export async function runServe(invocation: Invocation, options: ServeOptions): Promise<ExitCode> {
  const { terminal, json, dataDir, tenant, signal, environment } = invocation;
  const port = wholeNumber(options.port ?? (environment['RAPPORT_PORT'] || PORT_DEFAULT), '--port', {
    min: 0,
    max: 65_535,
  });
  const configuration = configurationFor(invocation);
  const isEmbedded = configuration.profile === 'embedded';
  const rapport = await openRapport(configuration, 'serve');
  const wantsSample = isEmbedded && ((await rapport.tenants()).length === 0 || isSampleUnfinished(dataDir));
  // The ledger's threads load while this one loads the server, which asks for the same ledger and hears of a failure.
  rapport.ledger(tenant).catch(() => undefined);
  // The one place where a program of ours uses another: serving is what the API is for (ADR 0010).
  const { startServer } = await import('@rapport/api');
  const server = await startServer({
    rapport,
    host: options.host,
    port,
    defaultTenant: tenant,
    drainMs: configuration.drainMs,
    ...(options.allowRemote === true ? { allowRemote: true } : {}),
    ...(options.log === true ? { log: (line: object) => terminal.note(JSON.stringify(line)) } : {}),
  }).catch(async (error: unknown) => {
    await rapport.close();
    throw error;
  });
  try {
    const place = placeOf(configuration);
    if (isEmbedded) await announce(dataDir, server.url);
    if (json)
      await terminal.json({ url: server.url, ...(isEmbedded ? { dataDir } : { place }), pid: process.pid });
    else
      await terminal.line(
        `Rapport serves ${place} at ${server.url} (API: ${server.url}/docs). Stop it with Ctrl-C.`,
      );
    const hasSample = await bringSample(invocation, rapport, wantsSample && options.sample);
    if (!json && !signal.aborted)
      for (const line of thingsToTry(server.url, isEmbedded ? dataDir : DATA_DIR_DEFAULT, tenant, hasSample))
        await terminal.line(line);
    await untilStopped(signal);
    terminal.note('Stopping: finishing what is under way …');
  } finally {
    await server.close();
  }
  terminal.note('Stopped. Everything acknowledged is safe.');
  return EXIT.ok; // a server that was told to stop and did has done its work
}

async function bringSample(invocation: Invocation, rapport: Rapport, wanted: boolean): Promise<boolean> {
  const { terminal, dataDir, signal } = invocation;
  if (!wanted) return (await rapport.tenants()).includes(SAMPLE_TENANT);
  terminal.note(
    `Bringing a living example into the tenant "${SAMPLE_TENANT}". The server answers meanwhile.`,
  );
  try {
    const recorded = await fillSample(rapport, invocation);
    terminal.note(
      `The example holds ${recorded} touchpoints. Remove it with: stop the server, then rm -r ${dataDir}/${SAMPLE_TENANT} ${dataDir}/.keys/${SAMPLE_TENANT}`,
    );
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    terminal.note(
      `The example could not be brought in: ${error instanceof RapportError ? error.message : String(error)} The server runs without it.`,
    );
    return false;
  }
}

/** Lines to copy: with the example in place two of them look at it, without it at what the first has recorded. */
function thingsToTry(url: string, dataDir: string, tenant: string, hasSample: boolean): readonly string[] {
  const data = dataDir === DATA_DIR_DEFAULT ? '' : ` --data ${dataDir}`;
  const own = `${data}${tenant === TENANT_DEFAULT ? '' : ` --tenant ${tenant}`}`;
  const sample = `${data} --tenant ${SAMPLE_TENANT}`;
  const event = {
    specversion: '1.0',
    id: 'first',
    source: 'urn:example:me',
    type: 'rapport.inquiry.InquiryReceived.v1',
    subject: 'relationship/c-1',
    time: new Date().toISOString(),
    data: { topic: 'prices' },
  };
  const record = `curl -s ${url}/v1/events -H 'content-type: application/cloudevents+json' -d '${JSON.stringify(event)}'`;
  const looks = hasSample
    ? [
        `npx rapport timeline ${sampleHighlights.complaint.party}${sample}`,
        `npx rapport referrals ${sampleHighlights.referrer.party}${sample}`,
      ]
    : [`npx rapport timeline c-1${own}`, `npx rapport views status${own}`];
  return ['', 'Three things to try, in another terminal:', ...[record, ...looks].map((line) => `  ${line}`)];
}

function untilStopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
