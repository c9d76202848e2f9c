import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { request } from 'node:http';
import { startRapport, type StartedRapport } from './start-rapport.js';
import { ask, ingest, linesOf, membersAt } from './talk.js';
import { sale } from './touchpoints.js';

describe('POST /v1/events/ingest', () => {
  let rapport: StartedRapport;
  beforeAll(async () => {
    rapport = await startRapport({ limits: { lineBytesMax: 2_000 } });
  });
  afterAll(() => rapport.close());

  it('answers line by line, keeps the good ones, and ends with counts that add up', async () => {
    const answers = await ingest(rapport.url, [
      sale('i-1'),
      '{"no json',
      '',
      sale('i-2'),
      { ...sale('i-3'), type: 'rapport.none.Such.v1' },
      sale('i-1'),
      JSON.stringify(sale('i-4')).padEnd(2_001),
      sale('i-5'),
    ]);
    expect(answers).toMatchObject([
      { line: 1, status: 'recorded' },
      { line: 2, status: 'rejected', code: 'INVALID_JSON' },
      { line: 4, status: 'recorded' },
      { line: 5, status: 'rejected', code: 'UNKNOWN_KIND', pointer: '/type' },
      { line: 6, status: 'duplicate' },
      { line: 7, status: 'rejected', code: 'LIMIT_EXCEEDED' },
      { line: 8, status: 'recorded' },
      { summary: true, complete: true, read: 7, recorded: 3, duplicate: 1, rejected: 3 },
    ]);
    expect(answers[4]?.['position']).toBe(answers[0]?.['position']);
  });

  it('keeps the order of lines within a stream', async () => {
    const lines = Array.from({ length: 1_500 }, (_, i) => sale(`order-${i}`, `o-${i % 3}`));
    const answers = await ingest(rapport.url, lines);
    expect(answers.at(-1)).toMatchObject({ read: 1_500, recorded: 1_500 });
    expect(answers.slice(0, -1).map((answer) => answer['line'])).toEqual(lines.map((_, i) => i + 1));
    const stream = await ask(`${rapport.url}/v1/streams/relationship/o-1?limit=1000`);
    expect(membersAt('id', stream.body, 'items')).toEqual(
      lines.map(({ id }) => id).filter((_, i) => i % 3 === 1),
    );
  });

  it('can be sent again', async () => {
    const lines = Array.from({ length: 700 }, (_, i) => sale(`twice-${i}`));
    expect((await ingest(rapport.url, lines)).at(-1)).toMatchObject({ recorded: 700 });
    expect(await ingest(rapport.url, lines, '?answers=rejected')).toMatchObject([
      { summary: true, read: 700, recorded: 0, duplicate: 700, rejected: 0 },
    ]);
  });

  it('answers while the stream is still open', async () => {
    const { origin, port, hostname } = new URL(rapport.url);
    expect(origin).toBe(rapport.url);
    const sending = request({
      port,
      hostname,
      method: 'POST',
      path: '/v1/events/ingest',
      headers: { 'Content-Type': 'application/x-ndjson' },
    });
    const answers: string[] = [];
    const ended = new Promise<void>((resolve, reject) => {
      sending.on('error', reject).on('response', (response) => {
        response
          .setEncoding('utf8')
          .on('data', (text: string) => answers.push(text))
          .on('end', resolve);
      });
    });
    const answered = async (count: number): Promise<void> => {
      while (linesOf(answers.join('')).length < count) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    sending.write(`${JSON.stringify(sale('open-1'))}\n`);
    await answered(1);
    sending.write(`${JSON.stringify(sale('open-2'))}\n${JSON.stringify(sale('open-3')).slice(0, 50)}`);
    await answered(2);
    sending.end(JSON.stringify(sale('open-3')).slice(50));
    await ended;
    expect(linesOf(answers.join(''))).toMatchObject([
      { line: 1 },
      { line: 2 },
      { line: 3, status: 'recorded' },
      { summary: true, recorded: 3 },
    ]);
  });

  it('tells a line that is not UTF-8 from those around it', async () => {
    const body = Buffer.concat([
      Buffer.from(`${JSON.stringify(sale('u-1'))}\r\n`),
      Buffer.from([0x22, 0xff, 0x22, 0x0a]),
      Buffer.from(JSON.stringify(sale('u-2'))),
    ]);
    const { text } = await ask(`${rapport.url}/v1/events/ingest`, {
      method: 'POST',
      body,
      headers: { 'Content-Type': 'application/x-ndjson' },
    });
    expect(linesOf(text)).toMatchObject([
      { status: 'recorded' },
      { line: 2, code: 'INVALID_TEXT' },
      { line: 3, status: 'recorded' },
      { read: 3 },
    ]);
  });

  it('answers an empty stream with its summary', async () => {
    expect(await ingest(rapport.url, [])).toEqual([
      { summary: true, complete: true, read: 0, recorded: 0, duplicate: 0, rejected: 0 },
    ]);
  });

  it('refuses what is not lines, and parameters it does not know', async () => {
    const send = (query: string, type: string) =>
      ask(`${rapport.url}/v1/events/ingest${query}`, {
        method: 'POST',
        body: '{}',
        headers: { 'Content-Type': type },
      });
    expect(await send('', 'application/json')).toMatchObject({
      status: 415,
      body: { code: 'UNSUPPORTED_MEDIA_TYPE' },
    });
    expect(await send('', 'text/csv')).toMatchObject({
      status: 415,
      body: { code: 'UNSUPPORTED_MEDIA_TYPE' },
    });
    expect(await send('?answers=none', 'application/x-ndjson')).toMatchObject({
      status: 400,
      body: { code: 'INVALID_QUERY', parameters: 'answers' },
    });
  });
});
