import { Label } from '../payload/members.js';
import type { BrokenRule } from '../payload/validator.js';

/** A clause as agreed. */
export class ContractTerm {
  @Label('The clause', { lengthMax: 200 }) readonly clause!: string;
  @Label('What it says', { lengthMax: 1000 }) readonly value!: string;
}

/** A contract must not end before it begins. */
export const brokenValidityRule = ({
  validFrom,
  validTo,
}: {
  readonly validFrom?: string;
  readonly validTo?: string;
}): BrokenRule | undefined =>
  validFrom !== undefined && validTo !== undefined && validTo < validFrom
    ? { pointer: '/validTo', must: 'not lie before validFrom' }
    : undefined;
