import { randomUUID } from 'node:crypto';
import { RapportError } from '@rapport/kernel';
import { queries } from '@rapport/profiles';
import type { Invocation } from '../invocation.js';
import { openWriter } from './writing.js';

/**
 * Records that somebody looks, before anything is shown. Without a purpose nothing is recorded; a folder that cannot be
 * written is said to be so, and read all the same.
 * @throws RapportError `INVALID_QUERY`, `LEDGER_IN_USE`, and what recording refuses
 */
export async function recordViewing(
  invocation: Invocation,
  given: queries.ViewingGiven,
  what: Pick<queries.Viewing, 'key' | 'scope'>,
): Promise<void> {
  const touchpoint = queries.viewingTouchpoint(given, {
    ...what,
    id: randomUUID(),
    source: 'urn:rapport:cli',
    time: new Date().toISOString(),
  });
  if (touchpoint === undefined) return;
  try {
    const writer = await openWriter(invocation);
    try {
      const [outcome] = await writer.record([touchpoint]);
      if (outcome?.status === 'rejected') throw new RapportError(outcome.code, outcome.message);
      await writer.settle();
      invocation.terminal.note(`Recorded at position ${outcome?.position} that you looked.`);
    } finally {
      await writer.close();
    }
  } catch (error) {
    if (!(error instanceof RapportError) || error.code !== 'STORE_READ_ONLY') throw error;
    invocation.terminal.note(`Not recorded that you looked: ${error.message}`);
  }
}
