import { eventStoreDb } from './event-store-db.bench.js';
import { ingest } from './ingest.bench.js';
import { memory } from './memory.bench.js';
import { mongoDb } from './mongodb.bench.js';
import { peer } from './peer.bench.js';
import { post } from './post.bench.js';
import { query } from './query.bench.js';
import { rebuild } from './rebuild.bench.js';
import { verdictOf, type Bench, type Figure } from './runner/bench.js';
import { TemporaryFixtures } from './runner/fixtures.js';
import { readOptions, USAGE, type RunOptions } from './runner/options.js';
import { machine, tableOf } from './runner/table.js';
import { scale } from './scale.bench.js';
import { seal } from './seal.bench.js';
import { stall } from './stall.bench.js';
import { verify } from './verify.bench.js';

/** In the order in which they run: `scale` leaves the ledger that those after it read. */
const BENCHES: readonly Bench[] = [
  post,
  ingest,
  seal,
  peer,
  scale,
  rebuild,
  memory,
  query,
  stall,
  verify,
  eventStoreDb,
  mongoDb,
];

process.exitCode = await main();

async function main(): Promise<number> {
  let options: RunOptions;
  try {
    options = readOptions(process.argv.slice(2));
    const unknown = options.names.find((name) => BENCHES.every((bench) => bench.name !== name));
    if (unknown !== undefined)
      throw new Error(
        `There is no benchmark ${unknown}: there are ${BENCHES.map(({ name }) => name).join(', ')}.`,
      );
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
  const figures: Figure[] = [];
  let failures = 0;
  const fixtures = new TemporaryFixtures(options.keepsFixtures);
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      fixtures.remove();
      process.exit(130);
    });
  try {
    for (const bench of BENCHES.filter(
      ({ name }) => options.names.length === 0 || options.names.includes(name),
    )) {
      process.stderr.write(`${bench.name}: ${bench.measures}\n`);
      try {
        figures.push(...(await bench.run(options, fixtures)));
      } catch (error) {
        failures++;
        process.stderr.write(
          `${bench.name} failed: ${error instanceof Error ? error.message : String(error)}\n`,
        );
      }
    }
  } finally {
    fixtures.remove();
  }
  report(figures, options.json);
  if (failures > 0) return 3;
  return options.isAsserting && figures.some((figure) => verdictOf(figure) === 'missed') ? 1 : 0;
}

function report(figures: readonly Figure[], asJson: boolean): void {
  const table = `\n${tableOf(figures)}`;
  if (!asJson) {
    process.stdout.write(table);
    return;
  }
  process.stderr.write(table);
  const reached = figures.map((figure) => ({ ...figure, reached: verdictOf(figure) }));
  process.stdout.write(
    `${JSON.stringify({ machine: machine(), measuredAt: new Date().toISOString(), figures: reached }, undefined, 2)}\n`,
  );
}
