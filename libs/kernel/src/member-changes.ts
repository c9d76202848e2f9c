import type { Json, JsonObject } from './envelope.js';
import { escapeToken } from './personal.js';

/** A member that differs between two JSON values. */
export interface MemberChange {
  /** Where, as an RFC 6901 pointer; empty for the whole value. */
  readonly pointer: string;
  /** What stood there; absent where there was nothing. */
  readonly before?: Json;
  /** What stands there now; absent where there is nothing any more. */
  readonly after?: Json;
}

/**
 * The members in which two JSON values differ, in the order of their pointers' way through the values. Objects are
 * compared member by member and arrays item by item, by index; anything else as a whole.
 * @example memberChanges({ a: 1, b: [1] }, { a: 2, b: [1, 3] })
 * // [{ pointer: '/a', before: 1, after: 2 }, { pointer: '/b/1', after: 3 }]
 */
export function memberChanges(before: Json, after: Json): readonly MemberChange[] {
  const changes: MemberChange[] = [];
  compare('', before, after, changes);
  return changes;
}

function compare(
  pointer: string,
  before: Json | undefined,
  after: Json | undefined,
  changes: MemberChange[],
): void {
  if (before === after) return;
  const [left, right] = [membersOf(before), membersOf(after)];
  if (left === undefined || right === undefined || Array.isArray(before) !== Array.isArray(after)) {
    changes.push({
      pointer,
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    });
    return;
  }
  for (const name of new Set([...Object.keys(left), ...Object.keys(right)]))
    compare(`${pointer}/${escapeToken(name)}`, own(left, name), own(right, name), changes);
}

const membersOf = (value: Json | undefined): JsonObject | undefined =>
  typeof value === 'object' && value !== null ? (value as JsonObject) : undefined;

const own = (value: JsonObject, name: string): Json | undefined =>
  Object.hasOwn(value, name) ? value[name] : undefined;
