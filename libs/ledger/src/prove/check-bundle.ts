import { canonicalJson, compareText, RapportError, type Json } from '@rapport/kernel';
import { openWitnessedCheckpoint, type Policy, type WitnessedCheckpoint } from '@rapport/proof';
import { answerJson, type Answering } from './asking.js';
import type { BundleHeader } from './bundle-format.js';
import { bundleLines, type BundleLine } from './bundle-lines.js';
import { checkEvent, saying, type ProvenEvent } from './check-event.js';
import { checkKeys, checkSeal, type GivenKey } from './check-map.js';
import { openSecret, type OpenedParts } from './check-secret.js';
import { provenReader } from './proven-reader.js';
import { readEventLine, readHeader, readKeyLine, readSecretLine } from './read-bundle.js';
import { refuseBundle } from './refuse-bundle.js';

/** What a bundle was found to prove. */
export interface CheckedBundle {
  readonly header: BundleHeader;
  /** Which log signed: `<host>/<tenant>`. */
  readonly origin: string;
  /** Leaves of the signed tree; the answer takes account of the first `header.treeSize`. */
  readonly checkpointSize: number;
  readonly witnesses: WitnessedCheckpoint['witnesses'];
  /** Whether the code that replayed it is the code that the bundle names. */
  readonly isSameCode: boolean;
  /** Personal values that the secrets of the bundle open, by event. */
  readonly opened: readonly OpenedParts[];
}

/** What a checker is told while it works. */
export interface BundleProgress {
  readonly onEvent?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Checks a bundle, from nothing but its bytes: header and bounds, checkpoint, every leaf and event, the logged root of the
 * completeness map, what it holds for every key, that the events of every key are all there, and at last that the question
 * replayed from them has the same answer, bit for bit in canonical JSON.
 *
 * Memory is bounded by the events of the bundle, which are bounded by its header.
 * @param policy which log is believed, and which witnesses must have cosigned
 * @throws RapportError `BUNDLE_REFUSED` with the first check that failed (facts check, and index, event or key)
 * @example await checkBundle(createReadStream('loyalty.bundle'), logPolicy(verifierKey), answering)
 */
export async function checkBundle(
  chunks: AsyncIterable<Uint8Array>,
  policy: Policy,
  answering: Answering,
  progress: BundleProgress = {},
): Promise<CheckedBundle> {
  const lines = new Lines(chunks);
  const header = readHeader(await lines.next('a header'));
  const signed = checkHead(header, policy);
  const { checkpoint, witnesses } = signed;
  const keys = await readKeys(lines, header);
  const events = await readEvents(lines, header, signed, progress);
  const opened: OpenedParts[] = [];
  for (let at = 0; at < header.secrets; at++) {
    const line = readSecretLine(await lines.next(`${header.secrets} secrets`));
    opened.push(openSecret(line, events.get(line.index), header.tenant));
  }
  await lines.end(header);
  const mapRoot = checkSeal(header, events, answering.seal);
  const source = checkKeys(header, mapRoot, keys, [...events.values()], answering.kinds);
  const given = canonicalJson(header.answer);
  if (canonicalJson(await replay(header, source, answering)) !== given)
    refuseBundle(
      'answer',
      'The answer is not what these events give: it was changed, or computed in another way.',
    );
  return {
    header,
    origin: checkpoint.origin,
    checkpointSize: checkpoint.size,
    witnesses,
    isSameCode: header.codeDigest === answering.codeDigest,
    opened,
  };
}

function checkHead(header: BundleHeader, policy: Policy): WitnessedCheckpoint {
  const signed = saying('checkpoint', 'The checkpoint is not accepted', {}, () =>
    openWitnessedCheckpoint(Buffer.from(header.checkpoint), policy),
  );
  const { origin, size } = signed.checkpoint;
  if (origin.slice(origin.lastIndexOf('/') + 1) !== header.tenant)
    refuseBundle(
      'checkpoint',
      `The checkpoint is of the log ${origin}, not of the tenant that the bundle names.`,
    );
  if (header.treeSize > header.sealIndex || header.sealIndex >= size)
    refuseBundle('header', 'The sizes that the header names do not fit the checkpoint.');
  return signed;
}

async function readKeys(lines: Lines, header: BundleHeader): Promise<ReadonlyMap<string, GivenKey>> {
  const keys = new Map<string, GivenKey>();
  let last = '';
  for (let at = 0; at < header.keys; at++) {
    const { key, proof } = readKeyLine(await lines.next(`${header.keys} keys`));
    const text = canonicalJson(key);
    if (compareText(text, last) <= 0)
      refuseBundle('lines', `The key ${text} is out of order: keys come sorted, each once.`, { key: text });
    last = text;
    keys.set(text, { key: text, proof });
  }
  return keys;
}

async function readEvents(
  lines: Lines,
  header: BundleHeader,
  { checkpoint }: WitnessedCheckpoint,
  { onEvent, signal }: BundleProgress,
): Promise<ReadonlyMap<number, ProvenEvent>> {
  const events = new Map<number, ProvenEvent>();
  let last = -1;
  for (let at = 0; at < header.events; at++) {
    signal?.throwIfAborted();
    const given = readEventLine(await lines.next(`${header.events} events`));
    const { index, line } = given;
    if (index <= last)
      refuseBundle('lines', `Line ${line} is out of order: events come by their index.`, { line, index });
    if (index >= header.treeSize && index !== header.sealIndex)
      refuseBundle('lines', `Line ${line} holds an event that the answer takes no account of.`, {
        line,
        index,
      });
    events.set(index, checkEvent(given, checkpoint, header.tenant));
    last = index;
    onEvent?.(at + 1, header.events);
  }
  return events;
}

async function replay(
  header: BundleHeader,
  source: Parameters<typeof provenReader>[0],
  { kinds, views, ask }: Answering,
): Promise<Json> {
  let asked;
  try {
    asked = await ask(header.question, provenReader(source, kinds, views), BigInt(header.treeSize));
  } catch (error) {
    if (error instanceof RapportError && error.code === 'BUNDLE_REFUSED') throw error;
    // Whatever a view makes of events that no ledger of ours would have recorded, the bundle is refused for it.
    const said =
      error instanceof RapportError ? error.message : 'its events are not such as the view can digest.';
    return refuseBundle('replay', `The question cannot be replayed: ${said}`);
  }
  const { name, version } = asked.view;
  if (name !== header.view.name || version !== header.view.version)
    refuseBundle(
      'replay',
      `The answer was given by version ${header.view.version} of ${header.view.name}, and here is version ${version} of ${name}: verify it with the Rapport that has that version.`,
    );
  return answerJson(asked.answer);
}

/** The lines of a bundle, as many as its header declares. */
class Lines {
  private readonly lines: AsyncGenerator<BundleLine>;
  private headerEnd = 0;
  private bytesRead = 0;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.lines = bundleLines(chunks);
  }

  async next(what: string): Promise<BundleLine> {
    const { value, done } = await this.lines.next();
    if (done === true)
      return refuseBundle(
        this.bytesRead === 0 ? 'header' : 'lines',
        `The bundle ends before it has ${what}: it was cut off, fetch it again.`,
      );
    this.bytesRead = value.bytesRead;
    if (value.number === 1) this.headerEnd = value.bytesRead;
    return value;
  }

  async end({ bytes }: BundleHeader): Promise<void> {
    if (this.bytesRead - this.headerEnd !== bytes)
      refuseBundle('lines', 'The bundle has not the length that its header declares.');
    if ((await this.lines.next()).done !== true) refuseBundle('lines', 'The bundle goes on after its end.');
  }
}
