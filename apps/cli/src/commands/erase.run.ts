import { userInfo } from 'node:os';
import { RapportError } from '@rapport/kernel';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import { existing } from '../ledger-access/existing.js';
import type { Ledger } from '../ledger-access/ledger.js';
import { holderFor, opened } from '../ledger-access/opening.js';
import { printable } from '../terminal/terminal.js';

interface EraseOptions {
  readonly basis: string;
  readonly by?: string;
  readonly approvedBy?: string;
  readonly requestedOn?: string;
  readonly dryRun?: boolean;
}

type Asked = Omit<Parameters<Ledger['erase']>[0], 'party'>;
type Receipt = Omit<Awaited<ReturnType<Ledger['erase']>>, 'persons'> & {
  readonly persons: readonly (Omit<Awaited<ReturnType<Ledger['erase']>>['persons'][number], 'position'> & {
    readonly position?: bigint | string;
  })[];
};

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** `rapport erase` */
export async function runErase(
  invocation: Invocation,
  { basis, by = userInfo().username, approvedBy, requestedOn, dryRun = false }: EraseOptions,
  party: string,
): Promise<ExitCode> {
  if (requestedOn !== undefined && !DAY.test(requestedOn))
    throw new RapportError(
      'INVALID_QUERY',
      `--requested-on takes a day like 2026-03-30, not ${requestedOn}.`,
    );
  const asked: Asked = {
    by,
    basis,
    ...(approvedBy === undefined ? {} : { approvedBy }),
    ...(requestedOn === undefined ? {} : { requestedOn }),
  };
  const receipt = await erased(invocation, party, asked, dryRun);
  const { terminal, json } = invocation;
  if (json) await terminal.json(receipt);
  else for (const person of receipt.persons) await terminal.line(printable(sentenceOf(person, dryRun)));
  return EXIT.ok;
}

/** Through the server that holds the folder, or in the ledger itself when nobody does. */
async function erased(
  invocation: Invocation,
  party: string,
  asked: Asked,
  dryRun: boolean,
): Promise<Receipt> {
  const { tenant } = invocation;
  const holder = await holderFor(invocation);
  if (holder?.url !== undefined) {
    const { rapportClient } = await import('@rapport/client');
    const client = rapportClient({ url: holder.url, tenant, source: 'urn:rapport:cli' });
    return client.erase(party, { ...asked, dryRun });
  }
  await existing(invocation, tenant);
  const rapport = await opened(invocation, 'write');
  try {
    return await (await rapport.ledger(tenant)).erase({ party, ...asked }, { dryRun });
  } finally {
    await rapport.close();
  }
}

function sentenceOf(
  { person, parts, erasedat, keyid, position }: Receipt['persons'][number],
  dryRun: boolean,
): string {
  const values = `${parts} personal ${parts === 1 ? 'value' : 'values'}`;
  if (erasedat === undefined) return `${person}: ${values} would become unreadable. Nothing was done.`;
  if (dryRun) return `${person}: erased on ${erasedat} already. Nothing was done.`;
  const key = keyid === undefined ? 'there was no key' : `key ${keyid} destroyed`;
  return `${person}: ${values} unreadable since ${erasedat}, ${key}; recorded at position ${position}.`;
}
