// Streams a file of lines to the server and takes the time from the first byte to the summary.
import { createReadStream } from 'node:fs';
import { request } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { answer, input } from './answer.js';

const { url, file } = input<{ url: string; file: string }>();
const startedAt = performance.now();
const text = await new Promise<string>((resolve, reject) => {
  const outgoing = request(
    url,
    { method: 'POST', headers: { 'content-type': 'application/x-ndjson' } },
    (response) => {
      let last = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (last = (last + chunk).slice(-4_096)));
      response.on('end', () => resolve(last));
      response.on('error', reject);
    },
  );
  outgoing.on('error', reject);
  pipeline(createReadStream(file, { highWaterMark: 256 * 1_024 }), outgoing).catch(reject);
});
const ms = performance.now() - startedAt;
const summary = JSON.parse(text.trimEnd().split('\n').at(-1) ?? '{}') as { readonly recorded?: number };
answer({ ms, recorded: summary.recorded ?? 0 });
