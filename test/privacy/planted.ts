import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject, Kind } from '@rapport/kernel';
import { kinds } from '@rapport/touchpoints';

/** What every planted value begins with. */
export const CANARY = 'canary5b7e';

const DAY_MS = 86_400_000;
const FIRST_MS = Date.UTC(2026, 0, 1);

const personalKinds: readonly Kind[] = kinds.all.filter(({ personal }) => personal.length > 0);

/** A touchpoint of every kind that has personal members, each of them planted, in the order of the registry. */
export function planted(party: string, name: string): readonly JsonObject[] {
  return personalKinds.map((kind, index) => {
    const { channel, direction, data } = kind.example;
    return {
      specversion: '1.0',
      id: `${party}-${kind.name}`,
      source: 'urn:canary',
      type: kind.type,
      subject: `relationship/${party}`,
      time: new Date(FIRST_MS + index * DAY_MS).toISOString(),
      episode: `${kind.family}-1`,
      ...(channel === undefined ? {} : { channel }),
      ...(direction === undefined ? {} : { direction }),
      data: { ...data, ...valuesOf(kind, name) },
    } as JsonObject;
  });
}

/** A correction of the touchpoint of a kind, planted too. */
export function plantedCorrection(party: string, kindName: string, name: string): JsonObject {
  const kind = personalKinds.find((one) => one.name === kindName);
  if (kind === undefined) throw new Error(`${kindName} has no personal members`);
  return {
    specversion: '1.0',
    id: `${party}-${kindName}-corrected`,
    source: 'urn:canary',
    type: 'rapport.governance.TouchpointCorrected.v1',
    subject: `relationship/${party}`,
    time: new Date(FIRST_MS + 100 * DAY_MS).toISOString(),
    correctsid: `${party}-${kindName}`,
    data: { data: { ...kind.example.data, ...valuesOf(kind, name) } },
  };
}

/** How many values {@link planted} plants. */
export const plantedCount = personalKinds.reduce((sum, { personal }) => sum + personal.length, 0);

function valuesOf({ name: kindName, personal }: Kind, name: string): JsonObject {
  return Object.fromEntries(
    personal.map((pointer) => [
      pointer.slice(1),
      `${CANARY}-${name}-${kindName}${pointer.replace('/', '-')}`,
    ]),
  );
}

/** The files below a folder that hold these bytes anywhere, free pages and logs included. */
export function filesHolding(folder: string, bytes: string | Buffer): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(bytes));
}
