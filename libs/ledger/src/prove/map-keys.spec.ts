import { describe, expect, it } from '@jest/globals';
import type { JsonObject, Kind, RecordedEvent } from '@rapport/kernel';
import { kinds } from '@rapport/touchpoints';
import { mapKeysOf } from './map-keys.js';

const kindOf = (name: string): Kind => {
  const kind = kinds.all.find((one) => one.name === name);
  if (kind === undefined) throw new Error(`there is no kind ${name}`);
  return kind;
};

/** A recorded event of a kind, with the data of its example unless given. */
function recorded(name: string, data?: JsonObject, more: Partial<RecordedEvent> = {}): RecordedEvent {
  const { type, example } = kindOf(name);
  return {
    ...{ id: '1', source: 'urn:shop', type, subject: 'relationship/c-1', time: '2026-01-10T12:00:00.000Z' },
    ...{ eventId: 'e-1', recordedat: '2026-01-10T12:00:01.000Z', position: 1n, revision: 0 },
    data: data ?? example.data,
    ...more,
  };
}

const sale = kindOf('SaleCompleted').example.data;
const saleFor = (party: string): JsonObject => ({ ...sale, parties: [{ id: party, role: 'payer' }] });
const corrected = (data: JsonObject, more: Partial<RecordedEvent> = {}): RecordedEvent =>
  recorded('TouchpointCorrected', { data }, { correctsid: '1', ...more });

describe('the keys of an event in the completeness map', () => {
  it('are the histories of every party that it names', () => {
    expect(mapKeysOf(recorded('SaleCompleted'), kinds)).toEqual(['["history","c-1"]']);
    expect(mapKeysOf(recorded('SaleCompleted', saleFor('c-2')), kinds)).toEqual([
      '["history","c-1"]',
      '["history","c-2"]',
    ]);
  });

  it('are the history of its stream where that is about something else than a party', () => {
    const event = recorded('PolicyPublished', undefined, { subject: 'policy/contact-hours' });
    expect(mapKeysOf(event, kinds)).toEqual(['["history","policy/contact-hours"]']);
  });

  it('are written so that no name can be taken for another key', () => {
    const event = recorded('SaleCompleted', undefined, { subject: 'relationship/a"]["merges' });
    expect(mapKeysOf(event, kinds)).toEqual(['["history","a\\"][\\"merges"]']);
  });

  it('are also the corrections of its stream, for a correction or void', () => {
    const data = { reason: 'twice' };
    expect(mapKeysOf(recorded('TouchpointVoided', data, { correctsid: '1' }), kinds)).toEqual([
      '["history","c-1"]',
      '["corrections","relationship/c-1"]',
    ]);
  });

  it('are also the histories of parties that a correction brings in, by the kind of what it corrects', () => {
    const event = corrected(saleFor('c-5'), { correctsrevision: 0 });
    const target = kindOf('SaleCompleted');
    expect(mapKeysOf(event, kinds, { target })).toContain('["history","c-5"]');
    expect(mapKeysOf(event, kinds)).not.toContain('["history","c-5"]');
  });

  it('are also the histories of parties that a correction which waited for the event brings in', () => {
    const waiting = [corrected(saleFor('c-5'))];
    expect(mapKeysOf(recorded('SaleCompleted'), kinds, { waiting })).toEqual([
      '["history","c-1"]',
      '["history","c-5"]',
    ]);
  });

  it('are also the merges, for a merge or its undoing', () => {
    for (const name of ['PartiesMerged', 'PartiesUnmerged'])
      expect(mapKeysOf(recorded(name, { absorbed: 'c-3', basis: 'same number' }), kinds)).toEqual([
        '["history","c-1"]',
        '["history","c-3"]',
        '["merges"]',
      ]);
  });

  it('are those of its own stream alone for a kind that is not known here', () => {
    const event = recorded('SaleCompleted', {}, { type: 'rapport.other.Thing.v9' });
    expect(mapKeysOf(event, kinds)).toEqual(['["history","c-1"]']);
  });
});
