// The same documents through the view store or through the driver alone, on one server.
import type { Change, Lease } from '@rapport/ledger';
import { connectMongo, mongoViewStore } from '@rapport/store-mongodb';
import { MongoClient } from 'mongodb';
import { answer, input } from './answer.js';

const VIEW = {
  name: 'parties',
  version: 1,
  shape: 'fold',
  fields: [
    { name: 'city', type: 'text' },
    { name: 'score', type: 'integer' },
  ],
} as const;
const LEASE_MS = 600_000;

type PutDocument = Extract<Change, { readonly op: 'put' }>;

/** What is measured of either side: the next batch of documents. */
type Write = (batch: readonly PutDocument[], number: number) => Promise<void>;

const { side, way, url, database, documents, batchSize, repeats } = input<{
  side: 'rapport' | 'driver';
  /** `save` writes the same keys again and again, `fill` each once. */
  way: 'save' | 'fill';
  url: string;
  database: string;
  documents: number;
  batchSize: number;
  /** How often each key is written. */
  repeats: number;
}>();

const batches: PutDocument[][] = [];
for (let repeat = 0; repeat < repeats; repeat++)
  for (let at = 0; at < documents; at += batchSize)
    batches.push(
      Array.from({ length: Math.min(batchSize, documents - at) }, (_, index) => party(at + index, repeat)),
    );

const mongo = await connectMongo({ url, database });
const client = new MongoClient(url, { writeConcern: { w: 'majority' } });
try {
  const write = side === 'rapport' ? await throughTheStore() : await throughTheDriver();
  const startedAt = performance.now();
  for (const [number, batch] of batches.entries()) await write(batch, number + 1);
  const seconds = (performance.now() - startedAt) / 1_000;
  answer({ perSecond: (documents * repeats) / seconds });
} finally {
  await mongo.db.dropDatabase();
  await mongo.close();
  await client.close();
}

async function throughTheStore(): Promise<Write> {
  const store = mongoViewStore({ mongo, tenant: 'main' });
  const lease = (await store.lease('projector', 'bench', LEASE_MS)) as Lease;
  await store.declare(VIEW);
  await store.build(VIEW, lease);
  if (way === 'fill')
    return (changes) => store.fill({ views: [{ view: VIEW, changes }], position: 1n, lease });
  await store.swap(VIEW, lease);
  return (changes, number) =>
    store.save({ views: [{ view: VIEW, changes }], checkpoint: BigInt(number), events: number, lease });
}

async function throughTheDriver(): Promise<Write> {
  const collection = client.db(database).collection<{ readonly _id: string }>('parties');
  await collection.createIndexes([{ key: { city: 1, _id: 1 } }, { key: { score: 1, _id: 1 } }]);
  return async (changes, number) => {
    await collection.bulkWrite(
      changes.map(({ key, doc, fence, fields }) => ({
        replaceOne: {
          filter: { _id: key },
          replacement: { doc: JSON.stringify(doc), fence, position: BigInt(number), ...fields },
          upsert: true,
        },
      })),
      { ordered: false },
    );
  };
}

/** A document of the size that those of a party have. */
function party(number: number, repeat: number): PutDocument {
  const city = `city-${number % 500}`;
  const score = (number * 7 + repeat) % 1_000;
  const sales = Array.from({ length: 6 }, (_, index) => ({
    time: `2026-01-${10 + index}T12:00:00.000Z`,
    amountMinor: score * index,
    product: `product-${(number + index) % 90}`,
  }));
  return {
    op: 'put',
    key: `party-${number}`,
    doc: { city, score, sales, repeat },
    fence: JSON.stringify(['2026-01-31T12:00:00.000Z', 'https://shop.example', `order-${number}`, 'x']),
    fields: { city, score },
  };
}
