import { toBase64 } from '../bytes.js';
import { LeafScan, timeValue } from './leaf-scan.js';
import { parseLeaf, type Leaf } from './leaf.js';

/** What ties a leaf to its neighbours. */
export interface LeafLinks {
  readonly tenant: string;
  readonly stream: string;
  readonly revision: number;
  /** Standard base64 of the hash of the leaf before it in its stream; null for revision 0. */
  readonly previous: string | null;
  /** Orders times of recording, no more. */
  readonly recordedOrder: number;
}

const bytesOf = (literal: string): Uint8Array => new Uint8Array(Buffer.from(literal));
const ACTOR = bytesOf('{"actor":"');
const CORRECTS_FIRST = bytesOf('{"corrects":"');
const CORRECTS = bytesOf('","corrects":"');
const DIGEST_FIRST = bytesOf('{"digest":"');
const DIGEST = bytesOf('","digest":"');
const ID = bytesOf('","id":"');
const PARTS = bytesOf('","parts":[{"commitment":"');
const NEXT_PART = bytesOf('"},{"commitment":"');
const KEYID = bytesOf('","keyid":"');
const SUBJECT = bytesOf('","subject":"');
const PREVIOUS_AFTER_PARTS = bytesOf('"}],"previous":');
const PREVIOUS = bytesOf('","previous":');
const QUOTED = bytesOf('"');
const NOTHING = bytesOf('null,"recordedat":"');
const RECORDED_AT = bytesOf('","recordedat":"');
const REVISION = bytesOf('","revision":');
const SOURCE = bytesOf(',"source":"');
const STREAM = bytesOf('","stream":"');
const TENANT = bytesOf('","tenant":"');
const TIME = bytesOf('","time":"');
const TYPE = bytesOf('","type":"');
const VERSION = bytesOf('","v":1}');

/**
 * Reads what ties the leaves of a bundle to each other, as strictly as `parseLeaf`: it accepts and refuses the same. A
 * plain leaf (texts of printable ASCII, no leap day) is recognised by going over its bytes once; if every member stands in
 * its place the bytes are canonical. Any other is read as JSON.
 */
export class LeafLinksReader {
  private readonly bytes: Buffer;
  private readonly scan: LeafScan;

  constructor(bundle: Uint8Array) {
    this.bytes = Buffer.from(bundle.buffer, bundle.byteOffset, bundle.byteLength);
    this.scan = new LeafScan(bundle);
  }

  /**
   * @param start where the leaf starts in the bundle
   * @throws Refusal as `parseLeaf`
   */
  read(start: number, end: number): LeafLinks {
    this.scan.begin(start, end);
    return this.plain() ?? linksOf(parseLeaf(this.bytes.subarray(start, end)));
  }

  private plain(): LeafLinks | undefined {
    const { scan } = this;
    if (!this.head()) return undefined;
    const isFirst = scan.literal(NOTHING);
    if (!isFirst && !(scan.literal(QUOTED) && scan.hash())) return undefined;
    const previous = isFirst ? null : this.found();
    if (!isFirst && !scan.literal(RECORDED_AT)) return undefined;
    if (!scan.time()) return undefined;
    const recordedOrder = scan.value;
    if (!(scan.literal(REVISION) && scan.number())) return undefined;
    const revision = scan.value;
    if (isFirst !== (revision === 0)) return undefined;
    if (!(scan.literal(SOURCE) && scan.text() && scan.literal(STREAM) && scan.text())) return undefined;
    const stream = this.found();
    if (!(scan.literal(SUBJECT) && scan.text() && scan.literal(TENANT) && scan.text())) return undefined;
    const tenant = this.found();
    if (!(scan.literal(TIME) && scan.time() && scan.literal(TYPE) && scan.text())) return undefined;
    if (!(scan.literal(VERSION) && scan.isAtEnd())) return undefined;
    return { tenant, stream, revision, previous, recordedOrder };
  }

  /** Everything before what is between the hashes of neighbours: up to the value of `previous`. */
  private head(): boolean {
    const { scan } = this;
    if (scan.literal(ACTOR)) {
      if (!scan.text()) return false;
      if (scan.literal(CORRECTS) && !scan.text()) return false;
      if (!scan.literal(DIGEST)) return false;
    } else if (scan.literal(CORRECTS_FIRST)) {
      if (!(scan.text() && scan.literal(DIGEST))) return false;
    } else if (!scan.literal(DIGEST_FIRST)) return false;
    if (!(scan.hash() && scan.literal(ID) && scan.text())) return false;
    if (!scan.literal(PARTS)) return scan.literal(PREVIOUS);
    do if (!this.part()) return false;
    while (scan.literal(NEXT_PART));
    return scan.literal(PREVIOUS_AFTER_PARTS);
  }

  private part(): boolean {
    const { scan } = this;
    return (
      scan.hash() &&
      scan.literal(DIGEST) &&
      scan.hash() &&
      scan.literal(KEYID) &&
      scan.text() &&
      scan.literal(SUBJECT) &&
      scan.text()
    );
  }

  private found(): string {
    return this.bytes.toString('latin1', this.scan.from, this.scan.to);
  }
}

function linksOf({ tenant, stream, revision, previous, recordedat }: Leaf): LeafLinks {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0] = recordedat
    .split(/\D/, 7)
    .map(Number);
  const recordedOrder = timeValue(year, month, day, hour, minute, second * 1_000 + ms);
  return {
    tenant,
    stream,
    revision,
    previous: previous === null ? null : toBase64(previous),
    recordedOrder,
  };
}
