/** One event of a stream of server-sent events (WHATWG HTML, section 9.2). */
export interface ServerSentEvent {
  readonly event: string;
  readonly data: string;
  /** The id last given, by this event or an earlier one. */
  readonly lastEventId: string | undefined;
}

/** Reads server-sent events from the bytes of an answer; an event cut off by the end is dropped, as the standard says. */
export async function* serverSentEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  let lastEventId: string | undefined;
  let event = '';
  let data: string[] = [];
  for await (const line of linesOf(body)) {
    if (line === '') {
      if (data.length > 0)
        yield { event: event === '' ? 'message' : event, data: data.join('\n'), lastEventId };
      event = '';
      data = [];
      continue;
    }
    const colon = line.indexOf(':');
    if (colon === 0) continue; // a comment: the server's heartbeat
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') event = value;
    else if (field === 'data') data.push(value);
    else if (field === 'id' && !value.includes('\0')) lastEventId = value;
  }
}

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let open = '';
  for await (const bytes of body as unknown as AsyncIterable<Uint8Array>) {
    open += decoder.decode(bytes, { stream: true });
    // A CR at the end may be half of a CRLF: wait for what follows.
    const parts = open.split(/\r\n|\n|\r(?!$)/);
    open = parts.pop() ?? '';
    yield* parts;
  }
}
