import { HASH_WORDS } from '../tree/hash.js';
import { LeafScan, timeValue } from './leaf-scan.js';
import { literalOf } from './literal.js';
import { parseLeaf, type Leaf } from './leaf.js';

/** What ties a leaf to its neighbours; valid until the next one is read. */
export interface LeafLinks {
  readonly tenant: string;
  readonly stream: string;
  readonly revision: number;
  /** Orders times of recording, no more. */
  readonly recordedOrder: number;
  /** The hash of the leaf before it in its stream, as words; of no meaning when its revision is 0. */
  readonly previous: Int32Array;
}

const ACTOR = literalOf('{"actor":"');
const CORRECTS_FIRST = literalOf('{"corrects":"');
const CORRECTS = literalOf('","corrects":"');
const DIGEST_FIRST = literalOf('{"digest":"');
const DIGEST = literalOf('","digest":"');
const ID = literalOf('","id":"');
const PARTS = literalOf('","parts":[{"commitment":"');
const NEXT_PART = literalOf('"},{"commitment":"');
const KEYID = literalOf('","keyid":"');
const SUBJECT = literalOf('","subject":"');
const PREVIOUS_AFTER_PARTS = literalOf('"}],"previous":');
const PREVIOUS = literalOf('","previous":');
const NOTHING = literalOf('null,"recordedat":"');
const RECORDED_AT = literalOf('","recordedat":"');
const REVISION = literalOf('","revision":');
const SOURCE = literalOf(',"source":"');
const STREAM = literalOf('","stream":"');
const TENANT = literalOf('","tenant":"');
const TIME = literalOf('","time":"');
const TYPE = literalOf('","type":"');
const VERSION = literalOf('","v":1}');

/**
 * Reads what ties the leaves of a bundle to each other, as strictly as `parseLeaf`: it accepts and refuses the same. A
 * plain leaf (texts of printable ASCII, no leap day) is recognised by going over its bytes once; if every member stands in
 * its place the bytes are canonical. Any other is read as JSON. Nothing is made for a plain leaf.
 */
export class LeafLinksReader implements LeafLinks {
  tenant = '';
  revision = 0;
  recordedOrder = Number.NaN;
  readonly previous = new Int32Array(HASH_WORDS);
  /** Where the name of the stream of a plain leaf starts and ends. */
  private streamFrom = 0;
  private streamTo = 0;
  /** The name of the stream when the leaf was read as JSON. */
  private streamRead: string | undefined;
  private readonly previousBytes = new Uint8Array(this.previous.buffer);
  private readonly bytes: Buffer;
  private readonly scan: LeafScan;
  /** The bytes of the tenant read last: nearly always those of the next. */
  private tenantBytes: Uint8Array = new Uint8Array(0);

  constructor(bundle: Uint8Array) {
    this.bytes = Buffer.from(bundle.buffer, bundle.byteOffset, bundle.byteLength);
    this.scan = new LeafScan(bundle);
  }

  get stream(): string {
    return this.streamRead ?? this.bytes.toString('latin1', this.streamFrom, this.streamTo);
  }

  /**
   * @param start where the leaf starts in the bundle
   * @throws Refusal as `parseLeaf`
   */
  read(start: number, end: number): LeafLinks {
    this.scan.begin(start, end);
    this.streamRead = undefined;
    // A copy, for memory that threads share is not for everything that reads bytes.
    if (!this.plain()) this.take(parseLeaf(Uint8Array.from(this.bytes.subarray(start, end))));
    return this;
  }

  private plain(): boolean {
    const { scan } = this;
    if (!this.head()) return false;
    const isFirst = scan.literal(NOTHING);
    if (!isFirst && !(scan.quote() && scan.hashInto(this.previousBytes))) return false;
    if (!isFirst && !scan.literal(RECORDED_AT)) return false;
    if (!scan.time()) return false;
    this.recordedOrder = scan.order;
    if (!(scan.literal(REVISION) && scan.number())) return false;
    this.revision = scan.value;
    if (isFirst !== (this.revision === 0)) return false;
    if (!(scan.literal(SOURCE) && scan.text() && scan.literal(STREAM) && scan.text())) return false;
    this.streamFrom = scan.from;
    this.streamTo = scan.to;
    if (!(scan.literal(SUBJECT) && scan.text() && scan.literal(TENANT) && scan.text())) return false;
    this.takeTenant();
    if (!(scan.literal(TIME) && scan.time() && scan.literal(TYPE) && scan.text())) return false;
    return scan.literal(VERSION) && scan.isAtEnd();
  }

  private takeTenant(): void {
    const { from, to } = this.scan;
    let same = to - from === this.tenantBytes.length;
    for (let at = from; same && at < to; at++) same = this.bytes[at] === this.tenantBytes[at - from];
    if (same) return;
    this.tenantBytes = Uint8Array.from(this.bytes.subarray(from, to));
    this.tenant = this.bytes.toString('latin1', from, to);
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

  private take({ tenant, stream, revision, previous, recordedat }: Leaf): void {
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0] = recordedat
      .split(/\D/, 7)
      .map(Number);
    this.tenant = tenant;
    this.tenantBytes = Buffer.from(tenant);
    this.streamRead = stream;
    this.revision = revision;
    this.recordedOrder = timeValue(year, month, day, hour, minute, second * 1_000 + ms);
    if (previous !== null) this.previousBytes.set(previous);
  }
}
