import {
  accept,
  RapportError,
  splitPersonal,
  type JsonObject,
  type Kinds,
  type PersonalParts,
  type Result,
  type Touchpoint,
} from '@rapport/kernel';
import {
  keyOwnerOf,
  sealParts,
  type KeysByPerson,
  type PersonKeys,
  type SealedParts,
} from '@rapport/privacy';
import type { Candidate } from '../record/planned-append.js';

/** Opens the keys of a tenant's persons when they are first needed: whoever reads nothing personal needs none. */
export type OpenKeys = () => Promise<PersonKeys>;

/** Seals the personal values of touchpoints on their way into the ledger, each with the key of its stream's person. */
export class Sealing {
  /** Pointers that are personal in some kind; made when first needed, since schemas are. */
  private anyPersonal: readonly string[] | undefined;

  constructor(
    private readonly tenant: string,
    private readonly kinds: Kinds,
    private readonly keys: OpenKeys,
  ) {}

  /** The keys that these need, made where there are none yet; undefined when they need none, which is the common case. */
  async keysFor(candidates: readonly Candidate[]): Promise<KeysByPerson | undefined> {
    const persons = new Set<string>();
    for (const candidate of candidates)
      if (this.mayBePersonal(candidate)) persons.add(keyOwnerOf(candidate.touchpoint.subject));
    return persons.size === 0 ? undefined : (await this.keys()).forSealing(persons);
  }

  /** Sealed parts of an event; a rejection when its person was erased, or has a key that cannot be used. */
  seal(
    personal: PersonalParts | undefined,
    { subject, type }: Touchpoint,
    eventId: string,
    keys: KeysByPerson | undefined,
  ): Result<readonly SealedParts[] | undefined> {
    if (personal === undefined) return accept(undefined);
    const key = keys?.get(keyOwnerOf(subject));
    if (key === undefined)
      throw new RapportError('INTERNAL', 'A personal value has no key to be sealed with.');
    if (!key.ok) return key;
    try {
      return accept([
        sealParts(personal, key.value, { tenant: this.tenant, eventId, stream: subject, type }),
      ]);
    } catch (error) {
      // Erased since its key was fetched.
      if (error instanceof RapportError && error.code === 'PERSON_ERASED')
        return { ok: false, rejection: error.rejection };
      throw error;
    }
  }

  private mayBePersonal({ touchpoint: { data }, kind, split }: Candidate): boolean {
    if (split !== undefined) return split.personal !== undefined;
    if (splitPersonal(kind.personal, data).data !== data) return true;
    if (kind.effect !== 'correction') return false;
    this.anyPersonal ??= [...new Set(this.kinds.all.flatMap(({ personal }) => personal))];
    const corrected = data['data'] as JsonObject; // an object: its kind has checked that
    return splitPersonal(this.anyPersonal, corrected).data !== corrected;
  }
}
