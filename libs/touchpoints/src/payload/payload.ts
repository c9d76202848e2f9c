import type { CommonPayload, Money } from '@rapport/kernel';
import { Currency, Label, Optional, Part, PartyRef, Sha256, Uri, Whole } from './members.js';

/** The largest amount of one value: a sum of many still fits 2^53. */
export const AMOUNT_MINOR_MAX = 10_000_000_000_000;

/** Money that was asked, paid or spent: never below zero. */
export class Amount implements Money {
  @Whole('Whole minor units (cents)', { min: 0, max: AMOUNT_MINOR_MAX }) readonly amountMinor!: number;
  @Currency('ISO 4217 code') readonly currency!: string;
}

/** Somebody else who took part. */
export class InvolvedParty {
  @PartyRef('Who') readonly id!: string;
  @Label('In which role') readonly role!: string;
}

/** A document behind the touchpoint, with the digest of its bytes. */
export class Evidence {
  @Uri('Where the document is') readonly uri!: string;
  @Sha256('SHA-256 of its bytes, lower-case hex') readonly sha256!: string;
}

/** Members that every payload may have. */
export class Payload implements CommonPayload {
  @Optional()
  @Part('Others involved: all see it on their timeline', () => InvolvedParty, { list: { countMax: 50 } })
  readonly parties?: InvolvedParty[];
  @Optional()
  @Whole('How it felt, from -2 (very bad) to 2 (very good)', { min: -2, max: 2 })
  readonly sentiment?: number;
  @Optional()
  @Whole('Working time it took, in minutes', { min: 0, max: 100_000 })
  readonly effortMinutes?: number;
  @Optional() @Part('What it cost the firm', () => Amount) readonly cost?: Amount;
  @Optional()
  @Part('Documents behind it', () => Evidence, { list: { countMax: 20 } })
  readonly evidence?: Evidence[];
}
