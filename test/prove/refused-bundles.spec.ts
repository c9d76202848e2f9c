import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { canonicalJson, type JsonObject } from '@rapport/kernel';
import { touchpoint } from '../engine/open-ledger.js';
import { ProvenLedger, refusalOf, textOf, verifyBytes, type Bundle, type Line } from './proven-ledger.js';

jest.setTimeout(120_000);

const on = (day: string): { time: string } => ({ time: `2026-01-${day}T12:00:00.000Z` });

/** Two ledgers that hold the same touchpoints, each with a key of its own; and one of another tenant. */
const ledger = new ProvenLedger();
const twin = new ProvenLedger();
const question = { name: 'loyalty', parameters: { party: 'c-1', day: '2026-01-31' } };
let bundle: Bundle;
let older: Bundle;
let twins: Bundle;

beforeAll(async () => {
  for (const one of [ledger, twin]) {
    await one.record(
      touchpoint('SaleCompleted', 'sale-1', on('03')),
      touchpoint('SaleCompleted', 'sale-2', on('09')),
      touchpoint('SaleCompleted', 'elsewhere', { subject: 'relationship/c-2', ...on('05') }),
    );
  }
  older = await ledger.prove(question);
  await ledger.record(touchpoint('ComplaintReceived', 'complaint-1', on('12')));
  bundle = await ledger.prove(question);
  twins = await twin.prove(question);
});
afterAll(() => {
  ledger.remove();
  twin.remove();
});

const isEvent = (id: string) => (line: Line) => textOf(line, 'body').includes(`"id":"${id}"`);
const isKey = (name: string) => (line: Line) => canonicalJson(line['key'] ?? null).includes(name);
const without = (is: (line: Line) => boolean) => (lines: Line[]) => lines.filter((line) => !is(line));
const each = (is: (line: Line) => boolean, change: (line: Line) => Line) => (lines: Line[]) =>
  lines.map((line) => (is(line) ? change(line) : line));
const header = (more: JsonObject) => (lines: Line[]) =>
  lines.map((line, at) => (at === 0 ? { ...line, ...more } : line));

describe('a bundle as it was written', () => {
  it('is accepted', async () => {
    expect(await bundle.refusal()).toBe('accepted');
    expect(await bundle.changed((lines) => lines).refusal()).toBe('accepted');
  });
});

describe('a bundle is refused', () => {
  const refused = (change: (lines: Line[]) => Line[]): Promise<string> => bundle.changed(change).refusal();

  it('when there is nothing of it', async () => {
    expect(await bundle.withText('').refusal()).toMatch(/^header: The bundle ends before it has a header/);
  });

  it('when its end is lost, in a line or between two', async () => {
    const { text } = bundle;
    expect(await bundle.withText(text.slice(0, -100)).refusal()).toMatch(/^lines: Line \d+ is cut off/);
    const lines = text.trimEnd().split('\n');
    expect(await bundle.withText(`${lines.slice(0, -1).join('\n')}\n`).refusal()).toMatch(
      /^lines: The bundle ends before it has 5 events/,
    );
    expect(await bundle.withText(text.slice(0, 50)).refusal()).toMatch(/^header: Line 1 is cut off/);
  });

  it('when it goes on after its end, or has not the declared length', async () => {
    expect(await bundle.withText(`${bundle.text}{}\n`).refusal()).toMatch(/^lines: The bundle goes on/);
    const [first = {}, ...rest] = bundle.lines;
    const lines = [{ ...first, bytes: Number(first['bytes']) + 1 }, ...rest];
    const text = lines.map((line) => `${canonicalJson(line)}\n`).join('');
    expect(await bundle.withText(text).refusal()).toMatch(/^lines: The bundle has not the length/);
  });

  it('at its first line when that declares 10 GB, or a billion events', async () => {
    let read = 0;
    const endless = async function* (declared: JsonObject): AsyncGenerator<Uint8Array> {
      yield Buffer.from(`${canonicalJson({ ...bundle.header, ...declared })}\n`);
      for (;;) {
        read += 65_536;
        yield Buffer.alloc(65_536, 'x');
      }
    };
    const { verifyBundle } = await import('@rapport/profiles');
    const { logPolicy } = await import('@rapport/proof');
    for (const declared of [{ bytes: 10_000_000_000 }, { events: 1_000_000_000 }, { keys: 1e12 }]) {
      const checking = verifyBundle(endless(declared), logPolicy(bundle.verifierKey));
      expect(await refusalOf(checking)).toMatch(/^header: Line 1 declares \d+ for \w+, and at most/);
    }
    expect(read).toBe(0);
  });

  it('when a line is nested without end', async () => {
    const nested = Buffer.from(`${canonicalJson(bundle.header)}\n${'['.repeat(1_000_000)}\n`);
    expect(await refusalOf(verifyBytes(nested, bundle.verifierKey))).toMatch(/^lines: Line 2: /);
  });

  it('when a line never ends', async () => {
    const endless = Buffer.concat([
      Buffer.from(`${canonicalJson(bundle.header)}\n`),
      Buffer.alloc(17 * 1_048_576, '['),
    ]);
    expect(await refusalOf(verifyBytes(endless, bundle.verifierKey))).toMatch(
      /^lines: Line 2 is longer than/,
    );
  });

  it('when it is of another log, whoever asks', async () => {
    expect(await bundle.refusal(twins.verifierKey)).toMatch(/^checkpoint: .*no known log has signed/);
    const borrowed = { checkpoint: twins.header['checkpoint'] ?? '' };
    expect(await refused(header(borrowed))).toMatch(/^checkpoint: /);
    const mixed = twins.changed(header({ checkpoint: bundle.header['checkpoint'] ?? '' }));
    expect(await mixed.refusal(bundle.verifierKey)).toMatch(/^(inclusion|header): /);
  });

  it('when it says that it is of another tenant', async () => {
    expect(await refused(header({ tenant: 'other' }))).toMatch(
      /^checkpoint: The checkpoint is of the log rapport.local\/main/,
    );
  });

  it('when the signed checkpoint was edited', async () => {
    const checkpoint = textOf(bundle.header, 'checkpoint').replace(/\n\d+\n/, '\n5000\n');
    expect(await refused(header({ checkpoint }))).toMatch(/^checkpoint: The checkpoint is not accepted/);
  });

  it('when one event was left out, and says of which history', async () => {
    expect(await refused(without(isEvent('sale-2')))).toMatch(
      /^completeness: The ledger holds 3 events of \["history","c-1"\], the bundle 2: some were left out/,
    );
  });

  it('when one event was swapped for another of the same log', async () => {
    const other = await ledger.prove({ name: 'timeline', parameters: { party: 'c-2' } });
    const elsewhere = other.lines.find(isEvent('elsewhere')) ?? {};
    const swapped = await refused((lines) =>
      [...lines.filter((line) => !isEvent('sale-2')(line)), elsewhere].sort(
        (a, b) => Number(a['index'] ?? -1) - Number(b['index'] ?? -1),
      ),
    );
    expect(swapped).toMatch(/^(completeness|inclusion): /);
    const exchanged = each(isEvent('sale-2'), (line) => ({ ...elsewhere, index: line['index'] ?? 0 }));
    expect(await refused(exchanged)).toMatch(/^inclusion: Leaf \d+ is not in the signed log/);
  });

  it('when two events changed places, or one is given twice', async () => {
    const sale = bundle.lines.findIndex(isEvent('sale-1'));
    const turned = (lines: Line[]): Line[] => {
      const [a = {}, b = {}] = lines.slice(sale, sale + 2);
      return [...lines.slice(0, sale), b, a, ...lines.slice(sale + 2)];
    };
    expect(await refused(turned)).toMatch(/^lines: Line \d+ is out of order/);
    const twice = (lines: Line[]): Line[] =>
      lines.flatMap((line) => (isEvent('sale-1')(line) ? [line, line] : [line]));
    expect(await refused(twice)).toMatch(/^lines: Line \d+ is out of order/);
  });

  it('when one event was edited, in its content, its salt or its leaf', async () => {
    const edit = (member: string, from: string | RegExp, to: string): Promise<string> =>
      refused(
        each(isEvent('sale-2'), (line) => ({ ...line, [member]: textOf(line, member).replace(from, to) })),
      );
    expect(await edit('body', '89900', '99900')).toMatch(
      /^event: Event [0-9a-f-]{36} \(leaf 2\) is not as it was recorded/,
    );
    expect(await edit('salt', /^../, 'AA')).toMatch(/^event: /);
    expect(await edit('leaf', 'SaleCompleted', 'SaleReturned')).toMatch(
      /^inclusion: Leaf 2 is not in the signed log/,
    );
    expect(await edit('body', '{', '')).toMatch(/^event: .* its content cannot be read/);
  });

  it('when the answer was edited, and when the question was', async () => {
    const answer = JSON.parse(
      JSON.stringify(bundle.header['answer']).replace(/"scoreThousandths":\d+/, '"scoreThousandths":999999'),
    ) as JsonObject;
    expect(await refused(header({ answer }))).toMatch(/^answer: /);
    const asked = (parameters: JsonObject): Promise<string> =>
      refused(header({ question: { name: 'loyalty', parameters } }));
    expect(await asked({ party: 'c-1', day: '2026-01-30' })).toMatch(/^answer: /);
    expect(await asked({ party: 'c-2', day: '2026-01-31' })).toMatch(
      /^replay: The answer depends on \["history","c-2"\], which the bundle says nothing of/,
    );
    expect(await asked({ party: 'c-1' })).toMatch(/^replay: The question cannot be replayed/);
    expect(await refused(header({ view: { name: 'loyalty-score', version: 9 } }))).toMatch(
      /^replay: .* version 9/,
    );
  });

  it('when a key was left out, or has the proof of another', async () => {
    expect(await refused(without(isKey('merges')))).toMatch(/^replay: The answer depends on \["merges"\]/);
    const proof = bundle.lines.find(isKey('merges'))?.['proof'] ?? '';
    expect(await refused(each(isKey('"history","c-1"'), (line) => ({ ...line, proof })))).toMatch(
      /^map: What the map holds for \["history","c-1"\] is not proven/,
    );
  });

  it('when it takes an older map for a newer one, or one that was never logged', async () => {
    const { sealIndex, treeSize } = older.header;
    expect(await refused(header({ treeSize: treeSize ?? 0 }))).toMatch(/^(seal|lines|completeness): /);
    expect(await refused(header({ treeSize: treeSize ?? 0, sealIndex: sealIndex ?? 0 }))).toMatch(
      /^(lines|seal): /,
    );
    expect(await refused(without(isEvent(`sealed-${textOf(bundle.header, 'treeSize')}`)))).toMatch(
      /^seal: The event at leaf \d+, which logged the completeness map, is missing/,
    );
  });

  it('when somebody else than the ledger says what the map is', async () => {
    const own = touchpoint('LedgerSealed', 'forged', {
      subject: 'policy/proof',
      source: 'urn:rapport:log',
      data: { treeSize: 1, rootHash: '0'.repeat(64), mapRoot: '0'.repeat(64) },
    });
    await expect(ledger.record(own)).rejects.toThrow('/source');
    const forged = { ...own, source: 'urn:emitter' };
    await ledger.record(forged);
    const again = await ledger.prove(question);
    const { treeSize } = again.header;
    expect(await again.refusal()).toBe('accepted');
    expect(treeSize).not.toBe(1);
  });

  it('when it is written in another way, or holds what is not known', async () => {
    expect(await bundle.withText(bundle.text.replace('{', '{ ')).refusal()).toMatch(
      /^header: Line 1 is not written in canonical/,
    );
    expect(await refused(header({ more: 1 }))).toMatch(/^header: Line 1 has a member that is not known/);
    expect(await refused(header({ version: 2 }))).toMatch(/^header: Line 1 is of version 2/);
    expect(
      await bundle.withText(`${bundle.text.slice(0, 20)}\u0000${bundle.text.slice(20)}`).refusal(),
    ).toMatch(/^header: /);
    const latin = Buffer.from(bundle.text);
    latin[40] = 0xff;
    expect(await refusalOf(verifyBytes(latin, bundle.verifierKey))).toMatch(/^header: Line 1 is not UTF-8/);
  });

  it('when it brings a secret for what holds nothing sealed', async () => {
    const secret = { index: 2, subject: 'c-1', secret: Buffer.alloc(32).toString('base64') };
    expect(await refused((lines) => [...lines, secret])).toMatch(/^secret: /);
  });
});

describe('a bundle made by another build', () => {
  it('is replayed all the same, and said to be of another build', async () => {
    const other = bundle.changed(header({ codeDigest: 'f'.repeat(64) }));
    expect((await other.verify()).isSameCode).toBe(false);
  });
});
