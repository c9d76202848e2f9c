// Appends, reads and follows for as long as its parent wants, through whatever happens to the server, and tells what it
// was told. An unhandled rejection ends it with a code, as Node does; a call that does not come back ends it too.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventStoreDbStore } from '@rapport/store-eventstoredb';

const { url, tenant, beganAt, attemptTimeoutMs, giveUpAfterMs, hangMs } = JSON.parse(process.argv[2]);
const store = eventStoreDbStore({ url, tenant, beganAt: BigInt(beganAt), attemptTimeoutMs, giveUpAfterMs });
const HANGS = 3;
let isStopping = false;
process.on('message', () => (isStopping = true));
process.on('disconnect', () => process.exit(1));

const tell = (message) => new Promise((resolve) => process.send(message, resolve));

/** What a call comes to; the process ends when it comes to nothing. */
async function answered(what, call) {
  const timer = setTimeout(() => {
    process.stderr.write(`${what} did not come back within ${hangMs} ms\n`);
    process.exit(HANGS);
  }, hangMs);
  try {
    return { value: await call() };
  } catch (error) {
    if (error?.name !== 'RapportError') throw error;
    return { code: error.code, facts: error.facts };
  } finally {
    clearTimeout(timer);
  }
}

const eventsOf = (count) =>
  Array.from({ length: count }, () => ({
    id: randomUUID(),
    type: 'rapport.sale.SaleCompleted.v1',
    body: JSON.stringify({ text: 'x'.repeat(200) }),
    recordedAtMs: Date.now(),
  }));

/** Appends until it is known what became of it, as every caller may. */
async function appended(stream, expected, events) {
  for (;;) {
    const { value, code, facts } = await answered('an append', () => store.append(stream, expected, events));
    if (value !== undefined) {
      const positions = value.positions.map(String);
      await tell({
        acknowledged: { stream, revision: value.revision, ids: events.map(({ id }) => id), positions },
      });
      return value.revision;
    }
    if (code === 'WRONG_EXPECTED_REVISION') return { actual: facts.actual };
    if (code !== 'STORE_UNAVAILABLE') throw new Error(`an append came to ${code}`);
    await tell({ unavailable: 'append' });
  }
}

/** Writes a stream of its own: whatever happens, no revision may surprise it. */
async function ownStream(name, count) {
  const stream = `relationship/${name}`;
  let revision = -1;
  while (!isStopping) {
    const outcome = await appended(stream, revision < 0 ? 'none' : revision, eventsOf(count));
    if (typeof outcome !== 'number')
      throw new Error(`${stream} expected ${revision}, found ${String(outcome.actual)}`);
    revision = outcome;
  }
}

/** Writes a stream that others write too, and goes on from where they are. */
async function sharedStream() {
  let expected = 'none';
  while (!isStopping) {
    const outcome = await appended('campaign/shared', expected, eventsOf(1));
    expected = typeof outcome === 'number' ? outcome : outcome.actual;
  }
}

/** Follows from the beginning, and takes up where it stood whenever that breaks, as a projector does. */
async function follow(signal) {
  const seen = [];
  let after = 0n;
  while (!signal.aborted) {
    try {
      for await (const { position, id } of store.subscribe({ after }, signal)) {
        seen.push(id);
        after = position;
      }
    } catch (error) {
      if (error?.code !== 'STORE_UNAVAILABLE') throw error;
      await tell({ unavailable: 'subscription' });
      await sleep(100);
    }
  }
  return seen;
}

async function readNowAndThen() {
  while (!isStopping) {
    for (const [what, call] of [
      ['head', () => store.head()],
      ['readStream', () => store.readStream('campaign/shared', { countMax: 10 })],
    ]) {
      const { code } = await answered(what, call);
      if (code !== undefined && code !== 'STORE_UNAVAILABLE')
        throw new Error(`${String(what)} came to ${code}`);
    }
    await sleep(50);
  }
}

const following = new AbortController();
const followed = follow(following.signal);
await Promise.all([
  ...Array.from({ length: 8 }, (_none, index) => ownStream(`single-${index}`, 1)),
  ...Array.from({ length: 3 }, (_none, index) => ownStream(`batch-${index}`, 20)),
  ...Array.from({ length: 3 }, sharedStream),
  readNowAndThen(),
]);
await tell({ stopped: true });
process.removeAllListeners('message');
await new Promise((resolve) => process.once('message', resolve)); // the parent has compared, and wants to know what was followed
following.abort();
await tell({ followed: await followed });
await answered('close', () => store.close());
process.disconnect();
process.exit(0);
