import { TextDecoder } from 'node:util';
import { canonicalJson, parseStrictJson, type Json, type JsonObject } from '@rapport/kernel';
import { BUNDLE_LIMITS } from './bundle-format.js';
import { refuseBundle, type BundleCheck } from './refuse-bundle.js';

const NEWLINE = 0x0a;

/** A line with its number from 1, and how many bytes were read up to its end. */
export interface BundleLine {
  readonly number: number;
  readonly bytesRead: number;
  readonly value: JsonObject;
}

/**
 * Reads the lines of a bundle, one at a time: objects in canonical JSON, each ended by a line feed and not longer than is
 * allowed. Memory is bounded by the longest line.
 *
 * Source: RFC 8785; JSON lines.
 * @throws RapportError `BUNDLE_REFUSED` at the first line that is not one
 */
export async function* bundleLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<BundleLine> {
  let parts: Uint8Array[] = [];
  let [length, number, bytesRead] = [0, 0, 0];
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      parts.push(chunk.subarray(from, end));
      bytesRead += length + end - from + 1;
      requireLength(length + end - from, ++number);
      yield { number, bytesRead, value: parseLine(Buffer.concat(parts), number) };
      [parts, length, from] = [[], 0, end + 1];
    }
    parts.push(chunk.subarray(from));
    length += chunk.length - from;
    requireLength(length, number + 1);
  }
  if (length > 0) refuseBundle(checkAt(number + 1), `Line ${number + 1} is cut off: fetch the bundle again.`);
}

const checkAt = (line: number): BundleCheck => (line === 1 ? 'header' : 'lines');

function requireLength(length: number, line: number): void {
  if (length > BUNDLE_LIMITS.lineBytesMax)
    refuseBundle(checkAt(line), `Line ${line} is longer than ${BUNDLE_LIMITS.lineBytesMax} bytes.`, { line });
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function parseLine(bytes: Uint8Array, line: number): JsonObject {
  const check = checkAt(line);
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return refuseBundle(check, `Line ${line} is not UTF-8: this is no bundle, or a damaged one.`, { line });
  }
  const parsed = parseStrictJson(text);
  if (!parsed.ok) return refuseBundle(check, `Line ${line}: ${parsed.rejection.message}`, { line });
  const { value } = parsed;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refuseBundle(check, `Line ${line} is not an object: this is no bundle, or a damaged one.`, {
      line,
    });
  if (canonicalJson(value) !== text)
    return refuseBundle(check, `Line ${line} is not written in canonical JSON, as every line must be.`, {
      line,
    });
  return value as JsonObject;
}

/** Reads the members of a line: each of its type, none that is not known. */
export class Members {
  constructor(
    private readonly value: JsonObject,
    names: readonly string[],
    private readonly line: number,
  ) {
    const odd = Object.keys(value).find((name) => !names.includes(name));
    if (odd !== undefined) this.refuse('has a member that is not known');
    const missing = names.find((name) => !Object.hasOwn(value, name));
    if (missing !== undefined) this.refuse(`lacks ${missing}`);
  }

  text(name: string): string {
    const value = this.value[name];
    return typeof value === 'string' ? value : this.refuse(`has no text ${name}`);
  }

  count(name: string, max = Number.MAX_SAFE_INTEGER): number {
    const value = this.value[name];
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
      return this.refuse(`has no count ${name}`);
    return value <= max ? value : this.refuse(`declares ${value} for ${name}, and at most ${max} are read`);
  }

  object(name: string): JsonObject {
    const value = this.value[name];
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : this.refuse(`has no object ${name}`);
  }

  texts(name: string): readonly string[] {
    const value = this.value[name];
    return Array.isArray(value) && value.every((one) => typeof one === 'string')
      ? value
      : this.refuse(`has no list of texts ${name}`);
  }

  json(name: string): Json {
    return this.value[name] ?? null;
  }

  /** Bytes in standard base64, written in the one way there is. */
  bytes(name: string): Uint8Array {
    const text = this.text(name);
    const bytes = Buffer.from(text, 'base64');
    return bytes.toString('base64') === text ? bytes : this.refuse(`has no base64 ${name}`);
  }

  refuse(what: string): never {
    return refuseBundle(
      checkAt(this.line),
      `Line ${this.line} ${what}: this is no bundle, or a damaged one.`,
      {
        line: this.line,
      },
    );
  }
}
