import { once } from 'node:events';
import { styleText } from 'node:util';

/** Styles that the command uses; none carries meaning that the text does not say too. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** Where a command writes: data to stdout, everything said about it to stderr. */
export interface Terminal {
  /** Columns to fit tables into; undefined when the output is not a terminal: then nothing is cut. */
  readonly width: number | undefined;
  /** Whether messages go to a terminal, where a progress bar makes sense. */
  readonly isInteractive: boolean;
  /** Writes data and waits until the reader has room. */
  readonly write: (text: string) => Promise<void>;
  /** Writes a line of data. */
  readonly line: (text?: string) => Promise<void>;
  /** Writes one JSON value on one line. Bigints are decimal strings. */
  readonly json: (value: unknown) => Promise<void>;
  /** Says something on stderr. */
  readonly note: (text: string) => void;
  /** Adds a style where the output shows it. */
  readonly style: (style: Style, text: string) => string;
}

/** The terminal of this process. Honours NO_COLOR and TERM=dumb, and writes no colour where nobody sees it. */
export function processTerminal(environment: NodeJS.ProcessEnv = process.env): Terminal {
  const { stdout, stderr } = process;
  const colour =
    stdout.isTTY === true && (environment['NO_COLOR'] ?? '') === '' && environment['TERM'] !== 'dumb';
  const write = async (text: string): Promise<void> => {
    if (!stdout.write(text)) await once(stdout, 'drain');
  };
  return {
    width: stdout.isTTY === true ? stdout.columns : undefined,
    isInteractive: stderr.isTTY === true && environment['TERM'] !== 'dumb',
    write,
    line: (text = '') => write(`${text}\n`),
    json: (value) => write(`${jsonText(value)}\n`),
    note: (text) => void stderr.write(`${text}\n`),
    style: (style, text) => (colour ? styleText(style, text) : text),
  };
}

/** JSON text in which positions (and any other bigint) are decimal strings. */
export const jsonText = (value: unknown): string =>
  JSON.stringify(value, (_key, member: unknown) => (typeof member === 'bigint' ? member.toString() : member));

/** Text from a ledger made safe for a terminal: control characters could move the cursor or rewrite what was printed. */
export const printable = (text: string): string =>
  text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
