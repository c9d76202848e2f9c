/** How a field is written: a number, or bytes with their length before them. */
const VARINT = 0;
const BYTES = 2;

/** Fields of one message, written behind one another (Protocol Buffers, encoding, wire types 0 and 2). */
export class FieldWriter {
  private readonly parts: Uint8Array[] = [];

  number(field: number, value: number | bigint): this {
    this.parts.push(varint((field << 3) | VARINT), varint(value));
    return this;
  }

  text(field: number, value: string): this {
    return this.bytes(field, Buffer.from(value));
  }

  bytes(field: number, value: Uint8Array): this {
    this.parts.push(varint((field << 3) | BYTES), varint(value.length), value);
    return this;
  }

  /** A message in a message; an empty one unless given. */
  message(field: number, inner: FieldWriter = new FieldWriter()): this {
    return this.bytes(field, inner.end());
  }

  end(): Buffer {
    return Buffer.concat(this.parts);
  }
}

function varint(value: number | bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt(value);
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

/** Bytes that a number takes. */
export function sizeOfVarint(value: number): number {
  let size = 1;
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 0x80)) size++;
  return size;
}

/** Bytes of a field that holds so many bytes, its tag and length with it; fields up to 15. */
export const sizeOfBytes = (length: number): number => 1 + sizeOfVarint(length) + length;

/** Writes tag and length of a field of bytes; gives where its bytes begin. */
export function writeHead(buffer: Buffer, start: number, field: number, length: number): number {
  let at = start;
  buffer[at++] = (field << 3) | BYTES;
  let rest = length;
  while (rest > 0x7f) {
    buffer[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  buffer[at++] = rest;
  return at;
}

/** Bytes of a varint that a double still counts exactly. */
const EXACT_BYTES = 7;

/** Reads the fields of a message in their order; whoever reads it takes each field, or skips it. */
export class FieldReader {
  private at: number;
  private wire = VARINT;

  constructor(
    private readonly buffer: Buffer,
    start = 0,
    private readonly stop = buffer.length,
  ) {
    this.at = start;
  }

  /** The number of the next field; 0 at the end. */
  next(): number {
    if (this.at >= this.stop) return 0;
    const tag = this.number();
    this.wire = tag & 7;
    return tag >>> 3;
  }

  number(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.buffer[this.at++];
      if (byte === undefined) throw new RangeError('a message of the server is cut off');
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
  }

  /** A number up to 2^64. */
  large(): bigint {
    let end = this.at;
    while ((this.buffer[end] ?? 0) >= 0x80) end++;
    if (end - this.at < EXACT_BYTES) return BigInt(this.number());
    let value = 0n;
    for (let place = end; place >= this.at; place--)
      value = (value << 7n) | BigInt((this.buffer[place] ?? 0) & 0x7f);
    this.at = end + 1;
    return BigInt.asUintN(64, value);
  }

  /** A view of bytes, not a copy. */
  bytes(): Buffer {
    const length = this.number();
    return this.buffer.subarray(this.at, (this.at += length));
  }

  text(): string {
    const length = this.number();
    return this.buffer.toString('utf8', this.at, (this.at += length));
  }

  message(): FieldReader {
    const length = this.number();
    return new FieldReader(this.buffer, this.at, (this.at += length));
  }

  skip(): void {
    if (this.wire === VARINT) while ((this.buffer[this.at++] ?? 0) >= 0x80);
    else if (this.wire === BYTES) {
      const length = this.number();
      this.at += length;
    } else this.at += this.wire === 1 ? 8 : 4;
  }
}
