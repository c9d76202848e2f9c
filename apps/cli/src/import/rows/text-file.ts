import { createReadStream } from 'node:fs';
import { RapportError } from '@rapport/kernel';

/** A line this long is no line of a table: the file is something else. */
const LINE_LENGTH_MAX = 4 * 1024 * 1024;

/** A text file, decoded as it is read. */
export interface TextFile {
  readonly bytesRead: number;
  readonly chunks: () => AsyncGenerator<string>;
  /** Lines without their line ends, LF or CRLF, and without a byte order mark. */
  readonly lines: () => AsyncGenerator<string>;
}

/**
 * Opens a text file for reading.
 * @throws RapportError `INVALID_TEXT` while reading, when the bytes are not of the encoding; errors of the file system as they are
 */
export function textFile(path: string, encoding: string): TextFile {
  let bytesRead = 0;

  async function* chunks(): AsyncGenerator<string> {
    const decoder = new TextDecoder(encoding, { fatal: true });
    const decode = (bytes?: Uint8Array): string => {
      try {
        return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
      } catch (cause) {
        throw new RapportError(
          'INVALID_TEXT',
          `${path} is not ${encoding} near byte ${bytesRead}: name the file's encoding in the mapping, for example "encoding": "windows-1252".`,
          { cause },
        );
      }
    };
    for await (const bytes of createReadStream(path, {
      highWaterMark: 256 * 1024,
    }) as AsyncIterable<Buffer>) {
      const text = decode(bytes);
      bytesRead += bytes.length;
      yield text;
    }
    const rest = decode();
    if (rest !== '') yield rest;
  }

  async function* lines(): AsyncGenerator<string> {
    let open = '';
    for await (const chunk of chunks()) {
      const parts = (open + chunk).split('\n');
      open = parts.pop() ?? '';
      for (const part of parts) yield part.endsWith('\r') ? part.slice(0, -1) : part;
      if (open.length > LINE_LENGTH_MAX)
        throw new RapportError(
          'LIMIT_EXCEEDED',
          `${path} has a line longer than ${LINE_LENGTH_MAX} characters: is it the file you mean?`,
        );
    }
    if (open !== '') yield open;
  }

  return {
    get bytesRead() {
      return bytesRead;
    },
    chunks,
    lines,
  };
}
