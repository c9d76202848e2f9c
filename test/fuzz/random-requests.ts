import { Buffer } from 'node:buffer';
import { kinds } from '@rapport/profiles';
import fc from 'fast-check';

/** One request. */
export interface Shot {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
}

const pick = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

const word = fc.oneof(
  pick(
    'c-1',
    'main',
    '0',
    '1',
    '-1',
    '99999999999999999999',
    'timeline',
    'signals',
    'relationship-360',
    'rfm',
    '..',
    '%00',
    '%ff',
    '%2F',
    '%',
    'a'.repeat(1_200),
    '__proto__',
    'constructor',
    'rapport.sale.SaleCompleted.v1',
  ),
  fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => encodeURIComponent(text.toWellFormed())),
  fc.string({ unit: 'binary-ascii', maxLength: 12 }).map((text) => text.replace(/[^\x21-\x7e]/g, '')),
);

const path = fc
  .array(
    fc.oneof(
      {
        weight: 3,
        arbitrary: pick(
          ...`events ingest lookup streams relationship kinds parties timeline diff loyalty why trend compare
referrals path top forest subtree metrics ancestors views documents entries parked retry hash
analyses`.split(/\s+/),
        ),
      },
      { weight: 1, arbitrary: word },
    ),
    { maxLength: 5 },
  )
  .map((parts) => parts.join('/'));

const shaped = fc
  .tuple(word, word)
  .chain(([one, two]) =>
    pick(
      `events/${one}`,
      'events',
      'events/ingest',
      'events/lookup',
      `streams/${one}/${two}`,
      'kinds',
      `kinds/${one}`,
      'parties',
      `parties/${one}`,
      `parties/${one}/timeline`,
      `parties/${one}/timeline/diff`,
      `parties/${one}/loyalty`,
      `parties/${one}/loyalty/why`,
      `parties/${one}/loyalty/trend`,
      `referrals/${one}/subtree`,
      `referrals/${one}/metrics`,
      'referrals/path',
      'referrals/top',
      'referrals/forest',
      'views',
      `views/${one}`,
      `views/${one}/documents`,
      `views/${one}/documents/${two}`,
      `views/${one}/entries/${two}`,
      `views/${one}/parked`,
      `views/${one}/retry`,
      'views/hash',
      'analyses',
      `analyses/${one}`,
    ),
  );

const parameter = fc.tuple(
  fc.oneof(
    pick(
      ...`asOf knownAt limit after types tenant validate answers groupBy tree sort format from to depth
rules months personal direction sales sales.from stage.in cut text episode subject source id`.split(/\s+/),
    ),
    word,
  ),
  fc.oneof(
    pick(
      'true',
      'false',
      '1',
      '0',
      '-5',
      '2026-01-31',
      '2026-02-30',
      '2026-01-31T00:00:00Z',
      'json',
      'csv',
      'episode',
      'all',
      '-sales',
      'relationship/c-1',
      '1,2,3',
      '',
    ),
    word,
  ),
);
const query = fc
  .array(parameter, { maxLength: 4 })
  .map((parameters) => parameters.map(([name, value]) => `${name}=${value}`).join('&'));

const headerValue = fc.oneof(
  pick(
    'application/json',
    'application/cloudevents+json',
    'application/cloudevents-batch+json',
    'application/x-ndjson',
    'text/plain',
    'application/json; charset=utf-16',
    ';',
    '"',
    '1.0',
    '%C3%28',
    'gzip',
    '*/*',
    'main',
    '12',
  ),
  fc.string({ unit: 'binary-ascii', maxLength: 30 }).map((text) => text.replace(/[^\x20-\x7e]/g, '')),
);
const headers = fc.dictionary(
  pick(
    ...`content-type accept accept-encoding rapport-tenant last-event-id ce-specversion ce-id ce-source
ce-type ce-subject ce-time ce-x range if-none-match origin content-encoding x-forwarded-host`.split(/\s+/),
  ),
  headerValue,
  { maxKeys: 5 },
);

/** A valid event with one thing in it changed. */
const mutated = fc
  .tuple(
    pick(...kinds.all),
    fc.jsonValue({ maxDepth: 4 }),
    fc.integer({ min: 0, max: 8 }),
    fc.string({ maxLength: 30 }),
  )
  .map(([kind, value, how, text]) => {
    const event: Record<string, unknown> = { specversion: '1.0', ...structuredClone(kind.example) };
    const data = event['data'] as Record<string, unknown>;
    const member = Object.keys(data)[how % Math.max(1, Object.keys(data).length)] ?? 'x';
    const attribute = Object.keys(event)[how % Object.keys(event).length] ?? 'id';
    if (how < 3) data[member] = value;
    else if (how < 5) event[attribute] = value;
    else if (how === 5) delete event[attribute];
    else if (how === 6) event['data'] = value;
    else if (how === 7) event[text] = value;
    else event['id'] = text;
    return JSON.stringify(event);
  });

const bytes = fc.oneof(
  { weight: 3, arbitrary: mutated.map((text) => Buffer.from(text)) },
  {
    weight: 2,
    arbitrary: fc.array(mutated, { maxLength: 4 }).map((events) => Buffer.from(`[${events.join(',')}]`)),
  },
  {
    weight: 2,
    arbitrary: fc.array(mutated, { maxLength: 4 }).map((events) => Buffer.from(events.join('\n'))),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(mutated, fc.nat(), fc.nat({ max: 255 }))
      .map(([text, at, byte]) => Buffer.from(text).fill(byte, at % text.length, (at % text.length) + 1)),
  },
  { weight: 1, arbitrary: fc.json().map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)) },
  {
    weight: 1,
    arbitrary: pick(
      '[',
      '{"a":'.repeat(5_000),
      '['.repeat(50_000),
      '{"__proto__":{"a":1}}',
      '{"a":1e400}',
      '\u{feff}{}',
      'null',
      '""',
    ).map((text) => Buffer.from(text)),
  },
);

/** Requests of any shape. */
export const shot: fc.Arbitrary<Shot> = fc.record({
  method: fc.oneof(
    { weight: 5, arbitrary: pick('GET', 'POST') },
    { weight: 1, arbitrary: pick('PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD') },
  ),
  path: fc
    .tuple(fc.oneof(path, shaped), query)
    .map(([where, what]) => `/v1/${where}${what === '' ? '' : `?${what}`}`),
  headers,
  body: fc.option(bytes, { nil: undefined }),
});

/** What a client sends that means to be understood: bodies of the right type at the right place. */
export const nearMiss: fc.Arbitrary<Shot> = fc
  .tuple(
    bytes,
    pick(
      ['events', 'application/cloudevents+json'],
      ['events', 'application/cloudevents-batch+json'],
      ['events', 'application/json'],
      ['events/ingest', 'application/x-ndjson'],
    ),
  )
  .map(([body, [where, type]]) => ({
    method: 'POST',
    path: `/v1/${where}`,
    headers: { 'content-type': type ?? '' },
    body,
  }));
