import type { Json, JsonObject, PersonalParts } from './envelope.js';

/** A payload without its personal values, and those values by RFC 6901 pointer. */
export interface SplitPayload {
  readonly data: JsonObject;
  readonly personal: PersonalParts;
}

/** Members that are taken out, as a tree: pointers that begin alike share their way. */
interface Branch {
  taken: boolean;
  readonly below: Map<string, Branch>;
}

/** Trees of pointer lists; kinds pass the same list every time. */
const trees = new WeakMap<readonly string[], Branch>();

/**
 * Takes the personal values out of a payload. Pure: the payload is left unchanged, and what holds nothing personal is
 * shared, not copied. A personal value is always a whole member, so that places in arrays never shift.
 * @param pointers RFC 6901 pointers of members; a `*` stands for every index of an array
 * @throws TypeError when a pointer names the whole payload or ends in `*`
 * @example splitPersonal(['/text'], { topic: 'price', text: 'Hi' }) // { data: { topic: 'price' }, personal: { '/text': 'Hi' } }
 */
export function splitPersonal(pointers: readonly string[], data: JsonObject): SplitPayload {
  const personal: Record<string, Json> = {};
  if (pointers.length === 0) return { data, personal };
  return { data: takeFromObject(treeOf(pointers), data, '', personal), personal };
}

/**
 * Puts personal values back where {@link splitPersonal} took them from; those that are no longer there stay away.
 * Pure: neither argument is changed.
 * @throws TypeError when a pointer leads nowhere: data and parts do not belong together
 * @example joinPersonal({ topic: 'price' }, { '/text': 'Hi' }) // { topic: 'price', text: 'Hi' }
 */
export function joinPersonal(data: JsonObject, personal: PersonalParts): JsonObject {
  let joined: Json = data;
  for (const pointer of Object.keys(personal))
    joined = put(joined, tokensOf(pointer), 0, personal[pointer] as Json, pointer);
  return joined as JsonObject;
}

function treeOf(pointers: readonly string[]): Branch {
  let tree = trees.get(pointers);
  if (tree === undefined) {
    tree = { taken: false, below: new Map() };
    for (const pointer of pointers) {
      const tokens = tokensOf(pointer);
      if (tokens.at(-1) === '*')
        throw new TypeError(`a personal value is a whole member: ${pointer} ends in *`);
      let branch = tree;
      for (const token of tokens) {
        const next: Branch = branch.below.get(token) ?? { taken: false, below: new Map() };
        branch.below.set(token, next);
        branch = next;
      }
      branch.taken = true;
    }
    trees.set(pointers, tree);
  }
  return tree;
}

function take(branch: Branch, value: Json, path: string, personal: Record<string, Json>): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (!Array.isArray(value)) return takeFromObject(branch, value as JsonObject, path, personal);
  const every = branch.below.get('*');
  if (every === undefined) return value;
  const items = (value as readonly Json[]).map((item, index) =>
    take(every, item, `${path}/${index}`, personal),
  );
  return items.every((item, index) => item === (value as readonly Json[])[index]) ? value : items;
}

function takeFromObject(
  branch: Branch,
  object: JsonObject,
  path: string,
  personal: Record<string, Json>,
): JsonObject {
  let left: Map<string, Json | undefined> | undefined; // a member that is undefined is left out
  for (const [token, below] of branch.below) {
    if (!Object.hasOwn(object, token)) continue;
    const value = object[token] as Json;
    const at = `${path}/${escapeToken(token)}`;
    if (below.taken) {
      personal[at] = value;
      (left ??= new Map()).set(token, undefined);
      continue;
    }
    const rest = take(below, value, at, personal);
    if (rest !== value) (left ??= new Map()).set(token, rest);
  }
  return left === undefined ? object : replaced(object, left);
}

/** An object with some members replaced or left out: built anew, since deleting from a copy makes all that follows slow. */
function replaced(object: JsonObject, by: ReadonlyMap<string, Json | undefined>): JsonObject {
  const copy: Record<string, Json> = {};
  for (const key of Object.keys(object)) {
    const value = by.has(key) ? by.get(key) : object[key];
    if (value === undefined) continue;
    if (key === '__proto__') define(copy, key, value);
    else copy[key] = value;
  }
  return copy;
}

function put(into: Json, tokens: readonly string[], at: number, value: Json, pointer: string): Json {
  const token = tokens[at] as string;
  const last = at === tokens.length - 1;
  if (Array.isArray(into)) {
    const index = /^(0|[1-9]\d{0,9})$/.test(token) ? Number(token) : -1;
    if (last || index < 0 || index >= into.length) throw leadsNowhere(pointer);
    const items = [...(into as readonly Json[])];
    items[index] = put(items[index] as Json, tokens, at + 1, value, pointer);
    return items;
  }
  if (typeof into !== 'object' || into === null) throw leadsNowhere(pointer);
  if (!last && !Object.hasOwn(into, token)) throw leadsNowhere(pointer);
  const copy: Record<string, Json> = { ...(into as JsonObject) };
  define(
    copy,
    token,
    last ? value : put((into as JsonObject)[token] as Json, tokens, at + 1, value, pointer),
  );
  return copy;
}

/** Sets a member by definition, so that a key such as `__proto__` is data like any other. */
function define(object: Record<string, Json>, key: string, value: Json): void {
  Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}

function tokensOf(pointer: string): readonly string[] {
  if (!pointer.startsWith('/')) throw new TypeError('a pointer to a personal value begins with a slash');
  return pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** A member name as a part of an RFC 6901 pointer. */
export const escapeToken = (token: string): string => token.replaceAll('~', '~0').replaceAll('/', '~1');

const leadsNowhere = (pointer: string): TypeError =>
  new TypeError(`the personal part ${pointer.slice(0, 200)} leads nowhere in its payload`);
