import type { PersonalParts } from '@rapport/kernel';
import { openWithSecret, type SealedParts } from '@rapport/privacy';
import { bodyOf, saying, type ProvenEvent } from './check-event.js';
import { refuseBundle } from './refuse-bundle.js';

/** The personal values that an event holds of one person, in the clear. */
export interface OpenedParts {
  readonly eventId: string;
  readonly subject: string;
  readonly parts: PersonalParts;
}

/**
 * Opens the personal parts that an event of the bundle holds of a person: the event is proven, so are its parts, and the
 * key commitment in them allows no second secret.
 * @throws RapportError `BUNDLE_REFUSED` when there are no such parts, or the secret does not open them
 */
export function openSecret(
  {
    index,
    subject,
    secret,
  }: { readonly index: number; readonly subject: string; readonly secret: Uint8Array },
  event: ProvenEvent | undefined,
  tenant: string,
): OpenedParts {
  const sealed =
    event === undefined ? undefined : sealedPartsOf(event).find((one) => one.subject === subject);
  if (event === undefined || sealed === undefined)
    return refuseBundle(
      'secret',
      `The bundle has a secret for leaf ${index}, but no such personal values there.`,
      { index },
    );
  const { id: eventId, stream, type } = event;
  const opened = saying('secret', `A secret for leaf ${index} is refused`, { index, event: eventId }, () =>
    openWithSecret(sealed, secret, { tenant, eventId, stream, type }),
  );
  if (!opened.ok)
    return refuseBundle('secret', `A secret for leaf ${index} is refused: ${opened.rejection.message}`, {
      index,
      event: eventId,
    });
  return { eventId, subject, parts: opened.value };
}

/** The sealed parts in a body. Their form was checked when the leaf was made again from them. */
function sealedPartsOf(event: ProvenEvent): readonly SealedParts[] {
  const { sealed } = bodyOf(event);
  return Array.isArray(sealed) ? (sealed as never) : [];
}
