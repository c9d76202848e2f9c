import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { get, type IncomingMessage } from 'node:http';
import { startRapport, type StartedRapport } from './start-rapport.js';
import { ask, endOf, ingest, post } from './talk.js';
import { inquiry, sale } from './touchpoints.js';

/** One message of a feed. */
interface Message {
  readonly id?: string;
  readonly event?: string;
  readonly data?: string;
  readonly comment?: string;
}

/** A reader of server-sent events that keeps what it has read. */
class Feed {
  private constructor(private readonly response: IncomingMessage) {
    response.setEncoding('utf8').on('data', (text: string) => (this.text += text));
    response.on('end', () => (this.ended = true)).on('error', () => (this.ended = true));
  }
  private text = '';
  ended = false;

  static open(url: string, headers: Record<string, string> = {}): Promise<Feed> {
    return new Promise((resolve, reject) => {
      get(url, { headers }, (response) => resolve(new Feed(response))).on('error', reject);
    });
  }

  get contentType(): string | undefined {
    return this.response.headers['content-type'];
  }

  get messages(): Message[] {
    return this.text
      .split('\n\n')
      .slice(0, -1)
      .map((block) => block.split('\n').filter((line) => line !== ''))
      .filter((lines) => lines.length > 0)
      .map((lines) =>
        Object.fromEntries(
          lines.map((line) => [
            line.startsWith(':') ? 'comment' : line.slice(0, line.indexOf(':')),
            line.slice(line.indexOf(': ') + 2),
          ]),
        ),
      );
  }

  get touchpoints(): Message[] {
    return this.messages.filter((message) => message.event === undefined && message.data !== undefined);
  }

  async until(reached: (feed: Feed) => boolean): Promise<this> {
    while (!reached(this)) await new Promise((resolve) => setTimeout(resolve, 5));
    return this;
  }

  pause(): void {
    this.response.pause();
  }

  resume(): void {
    this.response.resume();
  }

  close(): void {
    this.response.destroy();
  }
}

const idsOf = (feed: Feed): unknown[] =>
  feed.touchpoints.map(({ data }) => (JSON.parse(data ?? '{}') as { id: string }).id);

describe('GET /v1/live', () => {
  let rapport: StartedRapport;
  let start: string;
  beforeAll(async () => {
    rapport = await startRapport({ limits: { heartbeatMs: 50, liveStallMs: 200, liveFeedsMax: 3 } });
    start = await endOf(rapport.url);
    await post(`${rapport.url}/v1/events`, sale('before-1'));
    await post(`${rapport.url}/v1/events`, inquiry('before-2'));
  });
  afterAll(() => rapport.close());

  it('gives what is recorded from now on, with positions as ids, and without personal values', async () => {
    const feed = await Feed.open(`${rapport.url}/v1/live`);
    expect(feed.contentType).toBe('text/event-stream');
    const { body } = await post(`${rapport.url}/v1/events`, inquiry('live-1'));
    await feed.until(({ touchpoints }) => touchpoints.length > 0);
    const [message] = feed.touchpoints;
    expect(message?.id).toBe(body['position']);
    expect(JSON.parse(message?.data ?? '')).toMatchObject({
      id: 'live-1',
      position: body['position'],
      withheld: ['/text'],
    });
    expect(message?.data).not.toContain('parcel');
    feed.close();
  });

  it('catches up from a position, resumes from the last id, and never repeats or misses', async () => {
    const first = await (
      await Feed.open(`${rapport.url}/v1/live?after=${start}`)
    ).until(({ touchpoints }) => touchpoints.length >= 2);
    expect(idsOf(first).slice(0, 2)).toEqual(['before-1', 'before-2']);
    const lastId = first.touchpoints[0]?.id ?? '';
    first.close();
    const second = await Feed.open(`${rapport.url}/v1/live?after=${start}`, { 'Last-Event-ID': lastId });
    await second.until(({ touchpoints }) => touchpoints.length >= 1);
    expect(idsOf(second)[0]).toBe('before-2');
    second.close();
  });

  it('narrows to kinds', async () => {
    const feed = await Feed.open(`${rapport.url}/v1/live?after=${start}&types=rapport.sale.SaleCompleted.v1`);
    await post(`${rapport.url}/v1/events`, inquiry('other-kind'));
    await post(`${rapport.url}/v1/events`, sale('this-kind'));
    await feed.until((one) => idsOf(one).includes('this-kind'));
    expect(idsOf(feed)).toEqual(['before-1', 'this-kind']);
    feed.close();
  });

  it('says now and then that it is alive', async () => {
    const feed = await Feed.open(`${rapport.url}/v1/live`);
    await feed.until(({ messages }) => messages.some(({ comment }) => comment === 'alive'));
    feed.close();
  });

  it('refuses one feed too many, and takes it once another has ended', async () => {
    const feeds = await Promise.all([1, 2, 3].map(() => Feed.open(`${rapport.url}/v1/live`)));
    expect(await ask(`${rapport.url}/v1/live`)).toMatchObject({ status: 503, body: { code: 'OVERLOADED' } });
    feeds.forEach((feed) => feed.close());
    let feed: Feed;
    do feed = await Feed.open(`${rapport.url}/v1/live`);
    while (feed.contentType !== 'text/event-stream');
    feed.close();
  });

  it('refuses what it cannot start from', async () => {
    const live = `${rapport.url}/v1/live`;
    expect(await ask(live, { headers: { 'Last-Event-ID': 'abc' } })).toMatchObject({
      status: 400,
      body: { code: 'INVALID_QUERY' },
    });
    expect(await ask(`${live}?after=x`)).toMatchObject({ status: 400, body: { code: 'INVALID_QUERY' } });
    expect(await ask(`${live}?types=x`)).toMatchObject({ status: 400, body: { code: 'UNKNOWN_KIND' } });
    expect(await ask(`${live}?tenant=nobody`)).toMatchObject({
      status: 404,
      body: { code: 'TENANT_NOT_FOUND' },
    });
  });

  it('tells a reader that takes nothing why it is sent away, and with which id to come back', async () => {
    const big = { topic: 'x', text: 'y' };
    await ingest(
      rapport.url,
      Array.from({ length: 1_500 }, (_, i) =>
        inquiry(`slow-${i}`, `slow-${i}`, {
          episode: 'e'.repeat(200),
          data: {
            ...big,
            evidence: Array.from({ length: 20 }, (_, n) => ({
              uri: `https://files.example/${'z'.repeat(150)}/${n}`,
              sha256: 'a'.repeat(64),
            })),
          },
        }),
      ),
      '?answers=rejected',
    );
    const feed = await Feed.open(`${rapport.url}/v1/live?after=${start}`);
    feed.pause();
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    feed.resume();
    await feed.until(({ ended }) => ended);
    const slow = feed.messages.find(({ event }) => event === 'slow');
    expect(slow?.id).toBe(feed.touchpoints.at(-1)?.id);
  });

  it('says goodbye when the server stops', async () => {
    const other = await startRapport();
    const empty = await endOf(other.url);
    await post(`${other.url}/v1/events`, sale('only'));
    const feed = await Feed.open(`${other.url}/v1/live?after=${empty}`);
    await feed.until(({ touchpoints }) => touchpoints.length === 1);
    await other.close();
    await feed.until(({ ended }) => ended);
    expect(feed.messages.at(-1)).toMatchObject({ event: 'stopping', id: feed.touchpoints[0]?.id });
  });
});
