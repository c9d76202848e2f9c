import type { KeyState, Tombstone, WrappedKey } from '@rapport/ledger';

export const KEY_COLUMNS = 'keys.person, keys.keyid, keys.wrapper, keys.wrapped';
export const TOMBSTONE_COLUMNS =
  'tombstones.person, tombstones.erasedat, tombstones.erased_by, tombstones.approvedby, tombstones.basis, tombstones.keyid';

/** {@link KEY_COLUMNS} of a row. */
export type KeyRow = readonly [person: string, keyid: string, wrapper: string, wrapped: Uint8Array];

/** {@link TOMBSTONE_COLUMNS} of a row. */
export type TombstoneRow = readonly [
  person: string,
  erasedat: string,
  by: string,
  approvedby: string | null,
  basis: string,
  keyid: string | null,
];

/** A row of both, either of which may have nothing. */
export type StateRow = readonly [
  ...(KeyRow | readonly [null, null, null, null]),
  ...(TombstoneRow | NoTombstone),
];
type NoTombstone = readonly [null, null, null, null, null, null];

const KEY_WIDTH = 4;

export const keyOf = ([person, keyid, wrapper, wrapped]: KeyRow): WrappedKey => ({
  person,
  keyid,
  wrapper,
  wrapped,
});

export const tombstoneOf = ([person, erasedat, by, approvedby, basis, keyid]: TombstoneRow): Tombstone => ({
  person,
  erasedat,
  by,
  ...(approvedby === null ? {} : { approvedby }),
  basis,
  ...(keyid === null ? {} : { keyid }),
});

/** A tombstone decides, whatever else the row holds. */
export function stateOf(row: StateRow): KeyState {
  const key = row.slice(0, KEY_WIDTH) as unknown as KeyRow | readonly [null];
  const tombstone = row.slice(KEY_WIDTH) as unknown as TombstoneRow | readonly [null];
  if (tombstone[0] !== null) return { state: 'erased', tombstone: tombstoneOf(tombstone) };
  return key[0] === null ? { state: 'none' } : { state: 'active', key: keyOf(key) };
}
