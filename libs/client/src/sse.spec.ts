import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { serverSentEvents, type ServerSentEvent } from './sse.js';

async function read(text: string, cuts: readonly number[]): Promise<ServerSentEvent[]> {
  const bytes = new TextEncoder().encode(text);
  const edges = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  const chunks = edges.slice(1).map((end, index) => bytes.slice(edges[index], end));
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) if (chunk.length > 0) controller.enqueue(chunk);
      controller.close();
    },
  });
  const events: ServerSentEvent[] = [];
  for await (const event of serverSentEvents(body)) events.push(event);
  return events;
}

it('reads events as the standard says, wherever the network cuts them', async () => {
  const text =
    ':alive\n\nid: 7\ndata: {"a":"é"}\n\nevent: stopping\r\ndata: one\r\ndata:two\r\n\r\ndata\n\nid\ndata: last\n\ndata: cut off';
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(200), { maxLength: 8 }), async (cuts) => {
      expect(await read(text, cuts)).toEqual([
        { event: 'message', data: '{"a":"é"}', lastEventId: '7' },
        { event: 'stopping', data: 'one\ntwo', lastEventId: '7' },
        { event: 'message', data: '', lastEventId: '7' },
        { event: 'message', data: 'last', lastEventId: '' },
      ]);
    }),
  );
});
