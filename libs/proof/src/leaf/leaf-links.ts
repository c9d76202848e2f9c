import { toBase64 } from '../bytes.js';
import { LeafScan, timeValue } from './leaf-scan.js';
import { parseLeaf, type Leaf } from './leaf.js';

/** What ties a leaf to its neighbours; valid until the next one is read. */
export interface LeafLinks {
  readonly tenant: string;
  readonly stream: string;
  readonly revision: number;
  /** Orders times of recording, no more. */
  readonly recordedOrder: number;
  /** Whether it names this hash, in standard base64, as that of the leaf before it in its stream. */
  follows(hash: string): boolean;
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
 * its place the bytes are canonical. Any other is read as JSON. Nothing is made for a leaf but the name of its stream.
 */
export class LeafLinksReader implements LeafLinks {
  tenant = '';
  stream = '';
  revision = 0;
  recordedOrder = 0;
  private readonly bytes: Buffer;
  private readonly scan: LeafScan;
  /** Where the hash of the leaf before starts; -1 for the first of a stream. */
  private previousAt = -1;
  /** The same when the leaf was read as JSON. */
  private previousRead: string | undefined;
  /** The bytes of the tenant read last: nearly always those of the next. */
  private tenantBytes: Uint8Array = new Uint8Array(0);

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
    this.previousRead = undefined;
    if (!this.plain()) this.take(parseLeaf(this.bytes.subarray(start, end)));
    return this;
  }

  follows(hash: string): boolean {
    if (this.previousAt < 0) return hash === this.previousRead;
    for (let place = 0; place < hash.length; place++)
      if (hash.charCodeAt(place) !== this.bytes[this.previousAt + place]) return false;
    return true;
  }

  private plain(): boolean {
    const { scan } = this;
    if (!this.head()) return false;
    const isFirst = scan.literal(NOTHING);
    if (!isFirst && !(scan.literal(QUOTED) && scan.hash())) return false;
    this.previousAt = isFirst ? -1 : scan.from;
    if (!isFirst && !scan.literal(RECORDED_AT)) return false;
    if (!scan.time()) return false;
    this.recordedOrder = scan.value;
    if (!(scan.literal(REVISION) && scan.number())) return false;
    this.revision = scan.value;
    if (isFirst !== (this.revision === 0)) return false;
    if (!(scan.literal(SOURCE) && scan.text() && scan.literal(STREAM) && scan.text())) return false;
    this.stream = this.found();
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
    this.tenantBytes = this.bytes.subarray(from, to);
    this.tenant = this.found();
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

  private take({ tenant, stream, revision, previous, recordedat }: Leaf): void {
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0] = recordedat
      .split(/\D/, 7)
      .map(Number);
    this.tenant = tenant;
    this.tenantBytes = Buffer.from(tenant);
    this.stream = stream;
    this.revision = revision;
    this.recordedOrder = timeValue(year, month, day, hour, minute, second * 1_000 + ms);
    this.previousAt = -1;
    this.previousRead = previous === null ? undefined : toBase64(previous);
  }
}
