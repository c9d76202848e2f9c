import { splitPersonal, type Kind, type Kinds, type Rejection, type Touchpoint } from '@rapport/kernel';
import { splitCorrected, type Split } from '../resolve/corrected-data.js';

/**
 * Splits the personal values of a touchpoint from the rest; a rejection when it corrects what cannot be split.
 * @param correctedKind the kind of what a correction is about; undefined where the stream does not hold that yet
 */
export function splitTouchpoint(
  touchpoint: Touchpoint,
  kind: Kind,
  correctedKind: Kind | undefined,
  kinds: Kinds,
): Split | Rejection {
  const { data } = touchpoint;
  if (touchpoint.correctsid !== undefined) return splitCorrected(touchpoint, kind, correctedKind, kinds);
  if (kind.personal.length === 0) return { data, personal: undefined };
  const split = splitPersonal(kind.personal, data);
  return split.data === data ? { data, personal: undefined } : split;
}
