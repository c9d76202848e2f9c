import { isAscii, isUtf8 } from 'node:buffer';

/** What a line turned out to be. */
export type LineFault = 'tooLong' | 'notUtf8';

/** Takes the lines of a stream, in order. Empty lines are counted, and not given. */
export interface LineReceiver {
  line(number: number, text: string): void;
  fault(number: number, fault: LineFault): void;
}

const NEWLINE = 10;
const RETURN = 13;

/**
 * Cuts a stream of bytes into lines. Holds at most one line; one that is too long is skipped to its end, not kept.
 * Whole blocks of lines are decoded at once, since decoding line by line costs more than reading the JSON in them.
 */
export class LineSplitter {
  private held = Buffer.alloc(0);
  private heldLength = 0;
  private isSkipping = false;
  private number = 0;

  constructor(
    private readonly receiver: LineReceiver,
    private readonly lineBytesMax: number,
  ) {}

  push(chunk: Buffer): void {
    const first = chunk.indexOf(NEWLINE);
    if (first === -1) return this.hold(chunk, 0);
    let start = 0;
    if (this.isSkipping || this.heldLength > 0) {
      this.hold(chunk.subarray(0, first), 0);
      this.endHeldLine();
      start = first + 1;
    }
    const last = chunk.lastIndexOf(NEWLINE);
    if (last >= start) this.block(chunk.subarray(start, last));
    this.hold(chunk, Math.max(last + 1, start));
  }

  /** Ends the stream; a last line needs no newline. */
  end(): void {
    if (this.isSkipping || this.heldLength > 0) this.endHeldLine();
  }

  private hold(chunk: Buffer, from: number): void {
    const length = chunk.length - from;
    if (length === 0 || this.isSkipping) return;
    const needed = this.heldLength + length;
    if (needed > this.lineBytesMax + 1) {
      this.isSkipping = true; // one more is room for a carriage return
      this.heldLength = 0;
      return;
    }
    if (needed > this.held.length) {
      const grown = Buffer.allocUnsafe(Math.max(needed, this.held.length * 2, 4_096));
      this.held.copy(grown, 0, 0, this.heldLength);
      this.held = grown;
    }
    chunk.copy(this.held, this.heldLength, from);
    this.heldLength = needed;
  }

  private endHeldLine(): void {
    const { heldLength } = this;
    this.heldLength = 0;
    if (this.isSkipping) {
      this.isSkipping = false;
      this.receiver.fault(++this.number, 'tooLong');
      return;
    }
    this.bytes(this.held.subarray(0, heldLength));
  }

  /** Whole lines, without the newline of the last. */
  private block(bytes: Buffer): void {
    const isPlain = isAscii(bytes);
    if (!isPlain && !isUtf8(bytes)) return this.blockWithFault(bytes);
    const text = isPlain ? bytes.toString('latin1') : bytes.toString('utf8');
    for (let start = 0; start <= text.length;) {
      let end = text.indexOf('\n', start);
      if (end === -1) end = text.length;
      this.text(text, start, end);
      start = end + 1;
    }
  }

  private blockWithFault(bytes: Buffer): void {
    for (let start = 0; start <= bytes.length;) {
      let end = bytes.indexOf(NEWLINE, start);
      if (end === -1) end = bytes.length;
      this.bytes(bytes.subarray(start, end));
      start = end + 1;
    }
  }

  private bytes(line: Buffer): void {
    if (isUtf8(line)) {
      const text = line.toString('utf8');
      this.text(text, 0, text.length);
    } else this.receiver.fault(++this.number, 'notUtf8');
  }

  private text(text: string, start: number, newline: number): void {
    const number = ++this.number;
    const end = newline > start && text.charCodeAt(newline - 1) === RETURN ? newline - 1 : newline;
    if (end === start) return;
    const line = text.slice(start, end);
    // A UTF-16 unit is at most three bytes: most lines need no count.
    if (line.length * 3 > this.lineBytesMax && Buffer.byteLength(line) > this.lineBytesMax)
      this.receiver.fault(number, 'tooLong');
    else this.receiver.line(number, line);
  }
}
