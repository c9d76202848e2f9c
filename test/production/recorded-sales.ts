import type { JsonObject } from '@rapport/kernel';
import { openEmbedded, openRapport, type ProductionConfiguration } from '@rapport/profiles';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { post } from '../e2e/talk.js';

/** Sales of some parties, the same for the same numbers; every tenth voids one before. */
export function touchpoints(count: number, parties = 41): readonly JsonObject[] {
  return Array.from({ length: count }, (_, at) => {
    const party = `relationship/p-${at % parties}`;
    const time = new Date(Date.UTC(2026, 0, 1) + ((at * 7_919) % 200) * 3_600_000).toISOString();
    const envelope = { specversion: '1.0', id: `e-${at}`, source: 'urn:spec', subject: party, time };
    if (at % 10 === 9 && at >= parties)
      return {
        ...envelope,
        type: 'rapport.governance.TouchpointVoided.v1',
        correctsid: `e-${at - parties}`,
        data: { reason: 'entered twice' },
      };
    const unitPrice = { amountMinor: 100 + (at % 97), currency: 'EUR' };
    return {
      ...envelope,
      type: 'rapport.sale.SaleCompleted.v1',
      data: { origin: 'organic', lines: [{ sku: `s-${at % 5}`, quantity: 1 + (at % 3), unitPrice }] },
    };
  });
}

/** Records touchpoints through a server, so many at a time, each until it is answered. */
export async function recordAll(
  url: string,
  all: readonly JsonObject[],
  { tenant = 'main', batch = 20 }: { readonly tenant?: string; readonly batch?: number } = {},
): Promise<void> {
  for (let at = 0; at < all.length; at += batch) {
    const some = all.slice(at, at + batch);
    const { status, text } = await post(
      `${url}/v1/events?tenant=${tenant}`,
      some,
      'application/cloudevents-batch+json',
    );
    if (status !== 200 || !text.includes('"rejected":0')) throw new Error(`${status}: ${text.slice(0, 300)}`);
  }
}

/** The hash of all views of a ledger in the embedded profile that holds these touchpoints. */
export async function embeddedHash(all: readonly JsonObject[]): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rapport-embedded-'));
  const rapport = await openEmbedded({ dataDir, projector: 'inline' });
  try {
    const ledger = await rapport.ledger('main');
    for (let at = 0; at < all.length; at += 500) await ledger.record(all.slice(at, at + 500));
    await ledger.waitFor((await ledger.head()).position, 60_000);
    return (await ledger.hash()).all;
  } finally {
    await rapport.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** What production says of a tenant once its views have caught up. */
export async function settledState(
  configuration: ProductionConfiguration,
  tenant = 'main',
): Promise<{ readonly hash: string; readonly count: number; readonly leaves: number }> {
  const rapport = await openRapport(configuration, 'read');
  try {
    const ledger = await rapport.ledger(tenant);
    const { position, count } = await ledger.head();
    await ledger.waitFor(position, 120_000);
    await ledger.log.sealed([position], 120_000);
    return { hash: (await ledger.hash()).all, count, leaves: await ledger.log.size() };
  } finally {
    await rapport.close();
  }
}
