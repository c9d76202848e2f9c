import {
  joinPersonal,
  reject,
  splitPersonal,
  type JsonObject,
  type Kind,
  type PersonalParts,
  type RecordedEvent,
  type Rejection,
  type Touchpoint,
} from '@rapport/kernel';

/** Pointer to the corrected payload inside the payload of TouchpointCorrected. */
const CORRECTED = '/data';

/**
 * Splits a correction's personal values by the kind of what it corrects. While the target is not known, the whole
 * corrected payload is kept as personal, since nothing says which of its members are.
 */
export function splitCorrected(
  touchpoint: Touchpoint,
  kind: Kind,
  target: Kind | undefined,
): { rejection?: Rejection; touchpoint: Touchpoint; personal: PersonalParts | undefined } {
  if (target !== undefined && target.effect !== 'fact') {
    const { rejection } = reject(
      'CORRECTION_TARGET_INVALID',
      `A ${target.name} cannot be corrected or voided: record another ${target.effect === 'void' || target.effect === 'correction' ? 'correction, the latest counts' : 'merge or unmerge'}.`,
      { pointer: '/correctsid' },
    );
    return { rejection, touchpoint, personal: undefined };
  }
  const own = splitPersonal(kind.personal, touchpoint.data);
  if (kind.effect === 'void') return parts(touchpoint, own.data, own.personal);
  const corrected = own.data['data'];
  if (target === undefined) {
    const { [CORRECTED.slice(1)]: whole, ...rest } = own.data;
    return parts(touchpoint, rest, {
      ...own.personal,
      ...(whole === undefined ? {} : { [CORRECTED]: whole }),
    });
  }
  const checked = target.validate(corrected ?? null);
  if (!checked.ok) {
    const pointer = `/data${checked.rejection.pointer ?? ''}`;
    const { rejection } = reject(
      'CORRECTION_TARGET_INVALID',
      `The corrected payload does not match ${target.name}: ${checked.rejection.message}`,
      { pointer },
    );
    return { rejection, touchpoint, personal: undefined };
  }
  const inner = splitPersonal(target.personal, checked.value);
  const personal = { ...own.personal };
  for (const [pointer, value] of Object.entries(inner.personal)) personal[`${CORRECTED}${pointer}`] = value;
  return parts(touchpoint, { ...own.data, data: inner.data }, personal);
}

function parts(
  touchpoint: Touchpoint,
  data: JsonObject,
  personal: PersonalParts,
): { touchpoint: Touchpoint; personal: PersonalParts | undefined } {
  return {
    touchpoint: { ...touchpoint, data },
    personal: Object.keys(personal).length === 0 ? undefined : personal,
  };
}

/** The corrected payload of a recorded correction, without and with its personal parts; undefined when it does not fit the kind of its target. */
export function correctedData(
  correction: RecordedEvent,
  target: Kind,
): { data: JsonObject; personal: PersonalParts } | undefined {
  const whole = joinPersonal(correction.data, correction.personal ?? {})['data'];
  if (typeof whole !== 'object' || whole === null || Array.isArray(whole)) return undefined;
  const checked = target.validate(whole);
  return checked.ok ? splitPersonal(target.personal, checked.value) : undefined;
}
