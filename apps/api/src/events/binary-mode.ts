import { accept, parseStrictJson, reject, type Json, type Result } from '@rapport/kernel';
import { utf8Text } from './utf8.js';

const PREFIX = 'ce-';

/** Attributes whose header the binding does not use, since the body or its type says them. */
const NOT_AS_HEADER = new Set(['data', 'datacontenttype']);

/**
 * Reads a CloudEvent in binary mode: attributes from `ce-` headers, `data` from the JSON body.
 * Source: CloudEvents HTTP Protocol Binding 1.0.2, sections 3.1 and 3.1.3.2 (decoding of header values).
 * @param rawHeaders names and values in turn, as they arrived: a header that comes twice is refused, not joined
 */
export function readBinaryMode(rawHeaders: readonly string[], body: Buffer): Result<Json> {
  const event: Record<string, Json> = {};
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const header = (rawHeaders[i] ?? '').toLowerCase();
    if (!header.startsWith(PREFIX)) continue;
    const name = header.slice(PREFIX.length);
    if (!/^[a-z0-9]{1,40}$/.test(name) || NOT_AS_HEADER.has(name)) {
      return reject(
        'INVALID_ENVELOPE',
        'A ce- header does not name an attribute: use lower-case letters and digits.',
      );
    }
    if (Object.hasOwn(event, name)) {
      return reject('INVALID_ENVELOPE', `The header ce-${name} stands twice: send it once.`, {
        pointer: `/${name}`,
      });
    }
    const value = decodeHeaderValue(rawHeaders[i + 1] ?? '', name);
    if (!value.ok) return value;
    event[name] = value.value;
  }
  if (body.length === 0) return accept(event);
  const text = utf8Text(body);
  if (!text.ok) return text;
  const data = parseStrictJson(text.value);
  if (!data.ok) {
    const { code, message, pointer } = data.rejection;
    return reject(code, message, { pointer: `/data${pointer ?? ''}` });
  }
  event['data'] = data.value;
  return accept(event);
}

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

/** Undoes quoting (of older senders), then one round of percent-encoding. */
function decodeHeaderValue(value: string, name: string): Result<string> {
  const pointer = `/${name}`;
  if (!PRINTABLE_ASCII.test(value)) {
    return reject(
      'INVALID_TEXT',
      `The header ce-${name} holds characters outside ASCII: percent-encode them as UTF-8.`,
      { pointer },
    );
  }
  const unquoted = /^"(?:[^"\\]|\\.)*"$/.test(value) ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;
  if (!unquoted.includes('%')) return accept(unquoted);
  try {
    return accept(decodeURIComponent(unquoted));
  } catch {
    return reject(
      'INVALID_TEXT',
      `The header ce-${name} is not percent-encoded UTF-8: write a percent sign as %25.`,
      { pointer },
    );
  }
}
