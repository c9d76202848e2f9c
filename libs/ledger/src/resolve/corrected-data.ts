import {
  reject,
  splitPersonal,
  type JsonObject,
  type Kind,
  type Kinds,
  type PersonalParts,
  type RecordedEvent,
  type Rejection,
  type Touchpoint,
} from '@rapport/kernel';

/** Pointer to the corrected payload inside the payload of TouchpointCorrected. */
const CORRECTED = '/data';

/** What of a payload is kept readable, and what is to be sealed. */
export interface Split {
  readonly data: JsonObject;
  /** Undefined when there is nothing personal. */
  readonly personal: PersonalParts | undefined;
  /** See {@link RecordedEvent.correctstypes}. */
  readonly correctstypes?: readonly string[];
}

/**
 * Splits a correction or void into what is readable and what is personal, so that nobody needs a key to know what it
 * changes. A corrected payload is split by the kind of its target. While that is not known, by every kind that the payload
 * fits: the kinds are kept with the correction, which counts for these alone, since what is personal elsewhere might stand
 * in it in the clear.
 * @returns a rejection `CORRECTION_TARGET_INVALID` when the payload fits no kind that the target may be of, or kinds that
 * differ in what of it is personal
 */
export function splitCorrected(
  { data }: Touchpoint,
  kind: Kind,
  target: Kind | undefined,
  kinds: Kinds,
): Split | Rejection {
  if (target !== undefined && target.effect !== 'fact')
    return invalid(
      '/correctsid',
      `A ${target.name} cannot be corrected or voided: record another ${target.effect === 'void' || target.effect === 'correction' ? 'correction, the latest counts' : 'merge or unmerge'}.`,
    );
  const own = splitPersonal(kind.personal, data);
  if (kind.effect === 'void') return { data: own.data, personal: partsOf(own.personal) };
  const corrected = own.data['data'] as JsonObject; // an object: its kind has checked that
  const inner = target === undefined ? splitByAll(corrected, kinds) : splitBy(corrected, target);
  if ('code' in inner) return inner;
  const personal = { ...own.personal };
  for (const [pointer, value] of Object.entries(inner.personal ?? {}))
    personal[`${CORRECTED}${pointer}`] = value;
  return { ...inner, data: { ...own.data, data: inner.data }, personal: partsOf(personal) };
}

function splitBy(corrected: JsonObject, target: Kind): Split | Rejection {
  const checked = target.validate(corrected);
  if (!checked.ok)
    return invalid(
      `/data${checked.rejection.pointer ?? ''}`,
      `The corrected payload does not match ${target.name}: ${checked.rejection.message}`,
    );
  return splitPersonal(target.personal, checked.value);
}

function splitByAll(corrected: JsonObject, kinds: Kinds): Split | Rejection {
  const fitting = kinds.all.filter((kind) => kind.effect === 'fact' && kind.validate(corrected).ok);
  const [first, ...others] = fitting.map((kind) => splitPersonal(kind.personal, corrected));
  if (first === undefined)
    return invalid(
      '/data/data',
      'What this corrects is not in the ledger yet, and the corrected payload matches no kind: mend it, or record the other first.',
    );
  const pointers = pointersOf(first.personal);
  if (others.some(({ personal }) => pointersOf(personal) !== pointers))
    return invalid(
      '/correctsid',
      'What this corrects is not in the ledger yet, and nothing tells which of its members are personal: record the other first.',
    );
  return { ...first, correctstypes: fitting.map(({ type }) => type) };
}

const pointersOf = (personal: PersonalParts): string => JSON.stringify(Object.keys(personal).sort());

const partsOf = (personal: PersonalParts): PersonalParts | undefined =>
  Object.keys(personal).length === 0 ? undefined : personal;

const invalid = (pointer: string, message: string): Rejection =>
  reject('CORRECTION_TARGET_INVALID', message, { pointer }).rejection;

/**
 * What a recorded correction makes of its target, and whether some of that is personal; undefined when it does not fit the
 * target's kind. Reads no personal value.
 */
export function correctedData(
  { data, sealed, correctsrevision, correctstypes }: RecordedEvent,
  target: Kind,
): { readonly data: JsonObject; readonly hasPersonal: boolean } | undefined {
  const corrected = data['data'];
  if (typeof corrected !== 'object' || corrected === null || Array.isArray(corrected)) return undefined;
  if (correctsrevision === undefined && correctstypes?.includes(target.type) !== true) return undefined;
  const hasPersonal = sealed?.some(({ fields }) =>
    Object.keys(fields).some((pointer) => pointer.startsWith(`${CORRECTED}/`)),
  );
  return { data: corrected as JsonObject, hasPersonal: hasPersonal ?? false };
}
