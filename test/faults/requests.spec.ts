import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventCount, get, post, sale, serverProcess, type ServerProcess } from './server-process.js';

const MEBIBYTE = 1_048_576;
const LINES = 100_000;
const BOOT_TIMEOUT_MS = 40_000;

describe('a server that is sent what it cannot take', () => {
  let folder: string;
  let server: ServerProcess;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rapport-faults-'));
    server = await serverProcess(join(folder, 'data'));
  }, BOOT_TIMEOUT_MS);

  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }, BOOT_TIMEOUT_MS);

  const text = JSON.stringify(sale('bad'));
  const withData = (json: string): string => text.replace(/"data":.*$/, `"data":${json}}`);
  const inquiry = (words: string): string =>
    JSON.stringify({
      ...sale('bad'),
      type: 'rapport.inquiry.InquiryReceived.v1',
      episode: 'i-1',
      data: { topic: 'prices', text: 'WORDS' },
    }).replace('WORDS', words);

  const refusals: readonly (readonly [
    what: string,
    body: string | Uint8Array<ArrayBuffer>,
    status: number,
    code: string,
  ])[] = [
    ['what is not JSON', '{"specversion":', 400, 'INVALID_JSON'],
    ['an empty body', '', 400, 'INVALID_JSON'],
    ['the same key twice', text.replace('"id":"bad"', '"id":"bad","id":"worse"'), 400, 'DUPLICATE_JSON_KEY'],
    [
      'the same key twice in the payload',
      text.replace('"sku":"P-1"', '"sku":"P-1","sku":"P-2"'),
      400,
      'DUPLICATE_JSON_KEY',
    ],
    ['the key __proto__', withData('{"__proto__":{"isAdmin":true},"lines":[]}'), 400, 'FORBIDDEN_KEY'],
    [
      'the key __proto__ in escapes',
      withData('{"\\u005f_proto__":{"isAdmin":true},"lines":[]}'),
      400,
      'FORBIDDEN_KEY',
    ],
    ['a database operator as a key', withData('{"$where":"sleep(1000)","lines":[]}'), 400, 'INVALID_PAYLOAD'],
    [
      'a database operator as a value of the envelope',
      text.replace('"id":"bad"', '"id":{"$ne":null}'),
      400,
      'INVALID_ENVELOPE',
    ],
    ['a lone surrogate in a text', inquiry('\\ud800'), 400, 'INVALID_TEXT'],
    ['a NUL in a text', inquiry('a\\u0000b'), 400, 'INVALID_TEXT'],
    ['a NUL in an id', text.replace('"id":"bad"', '"id":"a\\u0000b"'), 400, 'INVALID_TEXT'],
    [
      'bytes that are not UTF-8',
      Buffer.concat([Buffer.from('{"id":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]),
      400,
      'INVALID_TEXT',
    ],
    [
      'an integer beyond 2^53',
      text.replace('"amountMinor":100', '"amountMinor":9007199254740993'),
      400,
      'NUMBER_NOT_EXACT',
    ],
    [
      'a number beyond all doubles',
      text.replace('"amountMinor":100', '"amountMinor":1e999'),
      400,
      'NUMBER_NOT_EXACT',
    ],
    [
      'JSON that is 10,000 deep',
      withData(`${'['.repeat(10_000)}${']'.repeat(10_000)}`),
      400,
      'JSON_TOO_DEEP',
    ],
    ['a text of 10 MB', inquiry('x'.repeat(10_000_000)), 400, 'INVALID_PAYLOAD'],
    ['a body of 11 MiB', inquiry('x'.repeat(11 * MEBIBYTE)), 413, 'BODY_TOO_LARGE'],
  ];

  it.each(refusals)(
    'refuses %s with a code, writes nothing and goes on',
    async (_what, body, status, code) => {
      const before = await eventCount(server.url);
      const answer = await post(`${server.url}/v1/events`, body);
      expect({ status: answer.status, code: answer.code }).toEqual({ status, code });
      expect(await eventCount(server.url)).toBe(before);
      expect((await get(`${server.url}/healthz`)).status).toBe(200);
    },
  );

  it('keeps keys that only look dangerous apart from anything of ours', async () => {
    const subject = 'relationship/$where.__proto__';
    const answer = await post(`${server.url}/v1/events`, JSON.stringify(sale('constructor', subject)));
    expect(answer.status).toBe(201);
    const { position } = answer.body;
    const timeline = await get(
      `${server.url}/v1/parties/${encodeURIComponent('$where.__proto__')}/timeline?waitFor=${String(position)}`,
    );
    expect(timeline.status).toBe(200);
    expect(JSON.stringify(timeline.body)).toContain('constructor');
  });

  it('refuses a query that is an operator', async () => {
    const answer = await get(`${server.url}/v1/views/referral-graph/documents?$where=1`);
    expect(answer.status).toBe(400);
    expect(['FIELD_NOT_INDEXED', 'INVALID_QUERY']).toContain(answer.code);
  });

  it('records the good lines of a stream of 100,000 and says which ones were bad and why', async () => {
    const before = await eventCount(server.url);
    const bad = new Map<number, string>();
    const lines = Array.from({ length: LINES }, (_none, index) => {
      const [line, code] = lineOf(index);
      if (code !== undefined) bad.set(index + 1, code);
      return line;
    });
    const response = await fetch(`${server.url}/v1/events/ingest?answers=rejected`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: lines.join('\n'),
    });
    const answers = (await response.text())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const summary = answers.pop();
    expect(summary).toMatchObject({
      summary: true,
      complete: true,
      read: LINES,
      recorded: LINES - bad.size,
      duplicate: 0,
      rejected: bad.size,
    });
    expect(new Map(answers.map(({ line, code }) => [line, code]))).toEqual(bad);
    expect(await eventCount(server.url)).toBe(before + LINES - bad.size);
  }, 180_000);
});

/** A line of the stream, with the code that it is refused by. */
function lineOf(index: number): readonly [line: string, code?: string] {
  const good = JSON.stringify(sale(`line-${index}`, `relationship/p-${index % 997}`, index));
  switch (index % 10_000) {
    case 17:
      return [good.slice(0, -20), 'INVALID_JSON'];
    case 1_017:
      return [good.replace('SaleCompleted', 'SaleDreamt'), 'UNKNOWN_KIND'];
    case 2_017:
      return [good.replace('"quantity":1', '"quantity":-1'), 'INVALID_PAYLOAD'];
    case 3_017:
      return [good.replace('"id":"', '"id":"\\u0000'), 'INVALID_TEXT'];
    case 4_017:
      return [good.replace('"time":"2025', '"time":"2999'), 'TIME_IN_FUTURE'];
    default:
      return [good];
  }
}
