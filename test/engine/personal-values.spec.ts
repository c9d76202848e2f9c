import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject, OpenedEvent } from '@rapport/kernel';
import type { EventStore, RecordOutcome, StoredEvent } from '@rapport/ledger';
import { kinds } from '@rapport/touchpoints';
import { openEngine, touchpoint, type Engine } from './open-ledger.js';

const SECRET = 'a secret of the party';
const asked = { by: 's-7', basis: 'request of the party' };

let engine: Engine;
let bodies: string[] = [];

/** Sees every text that reaches the store, and may change what comes back. */
const watched =
  (change: (event: StoredEvent) => StoredEvent = (event) => event) =>
  (events: EventStore): EventStore => ({
    append: (stream, expected, batch) => {
      bodies.push(...batch.map(({ body }) => body));
      return events.append(stream, expected, batch);
    },
    appendEach: (appends) => {
      bodies.push(...appends.flatMap((append) => append.events.map(({ body }) => body)));
      return events.appendEach(appends);
    },
    readStream: async (stream, options) => {
      const read = await events.readStream(stream, options);
      return { ...read, events: mapped(read.events, change) };
    },
    readAll: (options) => mapped(events.readAll(options), change),
    readAt: async (positions) => (await events.readAt(positions)).map(change),
    subscribe: (options, signal) => mapped(events.subscribe(options, signal), change),
    head: () => events.head(),
    positionAt: (time) => events.positionAt(time),
    close: () => events.close(),
  });

async function* mapped<T>(items: AsyncIterable<T>, change: (item: T) => T): AsyncGenerator<T> {
  for await (const item of items) yield change(item);
}

beforeEach(async () => {
  bodies = [];
  engine = await openEngine({ around: watched() });
});
afterEach(() => engine.close());

const statuses = (outcomes: readonly RecordOutcome[]): readonly string[] =>
  outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.rejection.code : outcome.status));
const record = async (...touchpoints: readonly JsonObject[]): Promise<readonly string[]> =>
  statuses(await engine.ledger.record(touchpoints));
const inquiry = (id: string, more: Readonly<Record<string, unknown>> = {}): JsonObject =>
  touchpoint('InquiryReceived', id, { episode: id, data: { topic: 'prices', text: SECRET }, ...more });
const opened = async (subject = 'relationship/c-1'): Promise<readonly OpenedEvent[]> =>
  engine.ledger.withPersonal((await engine.ledger.stream(subject)).events);
const changed = (
  id: string,
  target: string,
  data: JsonObject,
  more: Readonly<Record<string, unknown>> = {},
): JsonObject => touchpoint('TouchpointCorrected', id, { correctsid: target, data: { data }, ...more });
const inquiryTopic = async (): Promise<unknown> => {
  await engine.settled();
  const { value } = await engine.ledger.history('c-1');
  return value.find(({ type }) => type.includes('InquiryReceived'))?.data;
};

describe('a personal value', () => {
  it('reaches the store sealed, and is read by who asks for it', async () => {
    expect(await record(inquiry('i-1'))).toEqual(['recorded']);
    expect(bodies.join()).not.toContain(SECRET);
    const { events } = await engine.ledger.stream('relationship/c-1');
    expect(events[0]).toMatchObject({
      data: { topic: 'prices' },
      sealed: [{ subject: 'c-1', fields: { '/text': expect.any(String) } }],
    });
    expect(await opened()).toMatchObject([{ personal: { '/text': SECRET } }]);
    await engine.reopen();
    expect(await opened()).toMatchObject([{ personal: { '/text': SECRET } }]);
  });

  it('makes a key for its person, and nothing else does', async () => {
    await record(touchpoint('SaleCompleted', 's-1'), inquiry('i-0', { data: { topic: 'prices' } }));
    await record(changed('k-1', 's-1', kinds.all.find(({ name }) => name === 'SaleCompleted')!.example.data));
    expect(await engine.ledger.checkKeys()).toEqual({ keys: 0, erased: 0, untold: [] });
    await record(inquiry('i-1'), inquiry('i-2'), inquiry('i-3', { subject: 'staff/7' }));
    expect(await engine.ledger.checkKeys()).toEqual({ keys: 2, erased: 0, untold: [] });
  });

  it('that was moved to another event, or changed, is shown as such, and its event with it', async () => {
    await record(inquiry('i-1'), inquiry('i-2'));
    const [first] = bodies.map((body) => (JSON.parse(body) as { sealed: readonly JsonObject[] }).sealed[0]);
    const swap = (event: StoredEvent): StoredEvent =>
      event.revision === 1
        ? { ...event, body: JSON.stringify({ ...(JSON.parse(event.body) as JsonObject), sealed: [first] }) }
        : event;
    await engine.reopen({ around: watched(swap) });
    expect(await opened()).toMatchObject([
      { personal: { '/text': SECRET } },
      { unreadable: [{ code: 'KEY_WRONG', pointers: ['/text'] }], data: { topic: 'prices' } },
    ]);
    const damage = (event: StoredEvent): StoredEvent => ({
      ...event,
      body: event.body.replace(/(?<="\/text":")./, (first) => (first === '_' ? '-' : '_')),
    });
    await engine.reopen({ around: watched(damage) });
    const codes = (await opened()).flatMap(({ unreadable }) => unreadable?.map(({ code }) => code));
    expect(codes).toEqual(['PERSONAL_DATA_TAMPERED', 'PERSONAL_DATA_TAMPERED']);
    expect(await record(inquiry('i-1'))).toEqual(['PERSONAL_DATA_TAMPERED']);
  });

  it('whose key is not there is shown as such', async () => {
    await record(inquiry('i-1'));
    await engine.loseKeys();
    expect(await opened()).toMatchObject([{ unreadable: [{ code: 'KEY_NOT_FOUND' }] }]);
  });
});

describe('a correction', () => {
  const corrected: JsonObject = { topic: 'delivery', text: SECRET };

  it('changes what views see without a key, whether it comes before or after its target', async () => {
    await record(inquiry('i-1'), changed('k-1', 'i-1', corrected));
    expect(await inquiryTopic()).toEqual({ topic: 'delivery' });
    await engine.close();
    engine = await openEngine({ around: watched() });
    expect(await record(changed('k-1', 'i-1', corrected))).toEqual(['recorded']);
    expect(bodies.join()).not.toContain(SECRET);
    expect(bodies.join()).toContain('delivery');
    await record(inquiry('i-1'));
    expect(await inquiryTopic()).toEqual({ topic: 'delivery' });
    expect(await record(changed('k-1', 'i-1', corrected))).toEqual(['duplicate']);
  });

  it('that comes first counts for no kind that its payload does not fit', async () => {
    await record(changed('k-1', 's-1', corrected), touchpoint('SaleCompleted', 's-1'));
    await engine.settled();
    const { value } = await engine.ledger.history('c-1');
    expect(value.find(({ type }) => type.includes('SaleCompleted'))?.correctedBy).toBeUndefined();
  });

  it('that comes first and fits no kind is refused', async () => {
    expect(await record(changed('k-1', 'i-1', { nonsense: true }))).toEqual(['CORRECTION_TARGET_INVALID']);
  });
});

describe('erasing', () => {
  const erase = (party = 'c-1') => engine.ledger.erase({ party, ...asked });

  it('makes values unreadable, keeps everything else, and gives the same receipt however often it is asked', async () => {
    await record(
      inquiry('i-1'),
      touchpoint('SaleCompleted', 's-1'),
      inquiry('i-2', { subject: 'relationship/c-2' }),
    );
    await engine.settled();
    const dry = await engine.ledger.erase({ party: 'c-1', ...asked }, { dryRun: true });
    expect(dry).toEqual({ party: 'c-1', dryRun: true, persons: [{ person: 'c-1', parts: 1 }] });
    expect(await opened()).toMatchObject([{ personal: { '/text': SECRET } }, {}]);
    const receipt = await erase();
    expect(receipt.persons).toMatchObject([
      { person: 'c-1', parts: 1, keyid: expect.any(String), position: 4n, ...asked },
    ]);
    expect(await erase()).toEqual(receipt);
    expect(await opened()).toMatchObject([
      { erased: ['/text'] },
      {},
      { data: { parts: 1, basis: asked.basis } },
    ]);
    expect((await opened('relationship/c-2'))[0]).toMatchObject({ personal: { '/text': SECRET } });
    expect((await engine.ledger.head()).count).toBe(4);
    await engine.reopen();
    expect(await erase()).toEqual(receipt);
  });

  it('refuses further personal values, takes what is not personal, and knows repeats still', async () => {
    await record(inquiry('i-1'), changed('k-1', 'i-1', { topic: 'delivery', text: SECRET }));
    await erase();
    expect(
      await record(
        inquiry('i-2'),
        inquiry('i-3', { data: { topic: 'prices' } }),
        inquiry('i-1'),
        inquiry('i-1', { data: { topic: 'other', text: SECRET } }),
        changed('k-1', 'i-1', { topic: 'delivery', text: SECRET }),
        changed('k-2', 'i-1', { topic: 'delivery', text: SECRET }),
      ),
    ).toEqual(['PERSON_ERASED', 'recorded', 'duplicate', 'EVENT_ID_REUSED', 'duplicate', 'PERSON_ERASED']);
  });

  it('takes all ids of a merged party, and after an unmerge only the one that is left', async () => {
    const of = (party: string, id: string): JsonObject => inquiry(id, { subject: `relationship/${party}` });
    const merge = (absorbed: string): JsonObject =>
      touchpoint('PartiesMerged', `m-${absorbed}`, { data: { absorbed, basis: 'same' } });
    await record(of('c-1', 'i-1'), of('c-2', 'i-2'), of('c-3', 'i-3'), merge('c-2'), merge('c-3'));
    await record(
      touchpoint('PartiesUnmerged', 'u', {
        time: '2026-01-11T12:00:00.000Z',
        data: { absorbed: 'c-3', basis: 'not the same' },
      }),
    );
    const { party, persons } = await erase('c-2');
    expect([party, ...persons.map(({ person }) => person)]).toEqual(['c-1', 'c-1', 'c-2']);
    expect((await opened('relationship/c-2'))[0]).toMatchObject({ erased: ['/text'] });
    expect((await opened('relationship/c-3'))[0]).toMatchObject({ personal: { '/text': SECRET } });
  });

  it('waits for legal holds to be released, and for a second person where one has to approve', async () => {
    const hold = (name: string, id: string, day: string, reference: string): JsonObject =>
      touchpoint(name, id, { time: `2026-02-${day}T00:00:00.000Z`, data: { reference } });
    await record(
      inquiry('i-1'),
      hold('LegalHoldPlaced', 'h-1', '01', 'case 1'),
      hold('LegalHoldPlaced', 'h-2', '01', 'case 2'),
    );
    await expect(erase()).rejects.toMatchObject({ code: 'LEGAL_HOLD' });
    await record(hold('LegalHoldReleased', 'r-1', '02', 'case 1'));
    await expect(erase()).rejects.toMatchObject({
      code: 'LEGAL_HOLD',
      message: expect.stringContaining('case 2'),
    });
    await record(touchpoint('TouchpointVoided', 'v', { correctsid: 'h-2', data: { reason: 'mistyped' } }));
    await engine.reopen({ around: watched(), approvalRequired: true });
    await expect(erase()).rejects.toMatchObject({ code: 'APPROVAL_REQUIRED' });
    await expect(engine.ledger.erase({ party: 'c-1', ...asked, approvedBy: 's-7' })).rejects.toMatchObject({
      code: 'APPROVAL_REQUIRED',
    });
    const { persons } = await engine.ledger.erase({ party: 'c-1', ...asked, approvedBy: 's-3' });
    expect(persons).toMatchObject([{ approvedBy: 's-3', parts: 1 }]);
  });

  it('names who is not there, and leaves what only the ledger may say to the ledger', async () => {
    await record(inquiry('i-1'));
    await expect(erase('nobody')).rejects.toMatchObject({ code: 'PARTY_NOT_FOUND' });
    const forged = touchpoint('PersonalDataErased', 'personal-data-erased', {
      source: 'urn:rapport:erasure',
    });
    expect(await record(forged)).toEqual(['INVALID_ENVELOPE']);
    expect(await record(touchpoint('PersonalDataErased', 'elsewhere'))).toEqual(['recorded']);
    expect(await opened()).toMatchObject([{ personal: { '/text': SECRET } }, {}]);
  });

  it('says the same in every view, before and after, live and rebuilt', async () => {
    await record(
      changed('k-2', 'i-2', { topic: 'delivery', text: SECRET }),
      inquiry('i-1'),
      inquiry('i-2'),
      touchpoint('PreferenceExpressed', 'p-1', { data: { about: 'hours', value: SECRET } }),
    );
    await engine.settled();
    const documents = async (): Promise<string> =>
      JSON.stringify((await engine.ledger.document('relationship-360', 'c-2')).value ?? null) +
      (await engine.ledger.hash()).all;
    await erase();
    await engine.settled();
    const live = await documents();
    await engine.ledger.rebuild(undefined);
    expect(await documents()).toBe(live);
    await engine.loseKeys();
    await engine.ledger.rebuild(undefined);
    expect(await documents()).toBe(live);
  });
});

describe('everything held about a person', () => {
  it('holds all events of all ids, readable, and no value of anybody else', async () => {
    await record(
      inquiry('i-1'),
      inquiry('i-2', { subject: 'relationship/c-2' }),
      inquiry('i-3', {
        subject: 'relationship/c-3',
        data: { topic: 'prices', text: 'of another', parties: [{ id: 'c-1', role: 'friend' }] },
      }),
      touchpoint('PartiesMerged', 'm', { data: { absorbed: 'c-2', basis: 'same' } }),
    );
    const data = await engine.ledger.personalData('c-2');
    const events: OpenedEvent[] = [];
    for await (const event of data.events) events.push(event);
    expect(data).toMatchObject({ party: 'c-1', persons: ['c-1', 'c-2'], count: 4 });
    const texts = Object.fromEntries(events.map(({ id, personal }) => [id, personal?.['/text']]));
    expect(texts).toEqual({ 'i-1': SECRET, 'i-2': SECRET, 'i-3': undefined, m: undefined });
    expect(events.map(({ position }) => position)).toEqual([1n, 2n, 3n, 4n]);
  });
});
