/** A JSON object of an answer. */
export type Body = Readonly<Record<string, unknown>>;

/** What stands at a path of an answer; undefined when nothing does. */
export const at = (body: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>(
    (value, part) => (typeof value === 'object' && value !== null ? (value as Body)[part] : undefined),
    body,
  );

/** The list of objects at a path of an answer; empty when there is none. */
export function listAt(body: unknown, ...path: readonly (string | number)[]): readonly Body[] {
  const list = at(body, ...path);
  return Array.isArray(list) ? (list as Body[]) : [];
}

/** One member of every object of the list at a path. */
export const membersAt = (member: string, body: unknown, ...path: readonly (string | number)[]): unknown[] =>
  listAt(body, ...path).map((one) => one[member]);

/** An answer with its body read. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Body;
}

/** Sends a request and reads the answer; JSON is parsed where the answer says it is JSON. */
export async function ask(url: string, init: RequestInit = {}): Promise<Answered> {
  const response = await fetch(url, init);
  const text = await response.text();
  const isJson = text !== '' && /[/+]json/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: (isJson ? JSON.parse(text) : undefined) as Body,
  };
}

/** Posts a value as JSON. */
export const post = (
  url: string,
  value: unknown,
  contentType = 'application/cloudevents+json',
  headers: Record<string, string> = {},
): Promise<Answered> =>
  ask(url, {
    method: 'POST',
    body: typeof value === 'string' ? value : JSON.stringify(value),
    headers: { 'Content-Type': contentType, ...headers },
  });

/** Posts lines of JSON and gives the lines of the answer. */
export async function ingest(url: string, lines: readonly unknown[], query = ''): Promise<readonly Body[]> {
  const body = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  const { text } = await ask(`${url}/v1/events/ingest${query}`, {
    method: 'POST',
    body,
    headers: { 'Content-Type': 'application/x-ndjson' },
  });
  return linesOf(text);
}

/** The values of NDJSON. */
export const linesOf = (text: string): Body[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Body);

/** Where a new ledger ends: rules that come with Rapport are its first events. */
export const endOf = async (url: string): Promise<string> =>
  String((await ask(`${url}/v1/events?limit=1000`)).body['next']);
