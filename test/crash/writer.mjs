// Writes without end, from several callers at once, until it is killed. Says on stdout what it is about to send and what
// was acknowledged, each line after the fact; stdout is a file, so what was said outlives the process. Waits for one line
// on stdin that says where and how, so that it can be started ahead of its turn.
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { openEmbedded } from '@rapport/profiles';

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { dataDir, round, projector, repeats } = JSON.parse((await lines.next()).value);
const CALLERS = 6;
const say = (line) => writeSync(1, `${JSON.stringify(line)}\n`);

/** The same id always stands for the same touchpoint, so that it can be sent again after a crash. */
const touchpointOf = ({ subject, id }) => ({
  specversion: '1.0',
  id,
  source: 'urn:crash',
  type: 'rapport.sale.SaleCompleted.v1',
  subject,
  time: new Date(
    Date.parse('2025-01-01T00:00:00Z') +
      ([...id].reduce((sum, char) => sum * 31 + char.charCodeAt(0), 7) % 10_000_000_000),
  ).toISOString(),
  data: { lines: [{ sku: `P-${id.length}`, quantity: 1, unitPrice: { amountMinor: 100, currency: 'EUR' } }] },
});

const rapport = await openEmbedded({ dataDir, projector });
const ledger = await rapport.ledger('main');

async function send(events) {
  say({ sent: events });
  const outcomes = await ledger.record(events.map(touchpointOf));
  say({
    acknowledged: outcomes.map(({ status, id, subject, revision, position }) => ({
      status,
      id,
      subject,
      revision,
      position: String(position),
    })),
  });
}

// What the process before sent and never heard of: safe to send again.
for (const events of repeats) await send(events);

async function call(caller) {
  for (let number = 0; ; number++) {
    // Single events and batches, into a stream of its own, one that all callers share, and both at once.
    const size = number % 3 === 0 ? 1 : 1 + ((number * 7 + caller) % 12);
    const subjects = [`relationship/own-${caller}-${number % 5}`, 'relationship/shared'];
    const events = Array.from({ length: size }, (_none, index) => ({
      subject: subjects[(number + index * caller) % 2],
      id: `r${round}-c${caller}-n${number}-i${index}`,
    }));
    await send(events);
  }
}

await Promise.all(Array.from({ length: CALLERS }, (_none, caller) => call(caller)));
