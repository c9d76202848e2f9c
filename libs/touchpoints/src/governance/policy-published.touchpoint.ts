import { defineKind } from '../define-kind.js';
import { Day, Label, Optional, Text, Whole } from '../payload/members.js';
import { Payload } from '../payload/payload.js';

/** A policy came into force. */
export class PolicyPublished extends Payload {
  @Label('Name of the policy') readonly policy!: string;
  @Whole('Version of the policy', { min: 1, max: 1_000_000 }) readonly version!: number;
  @Optional() @Text('What it says', { lengthMax: 20_000 }) readonly text?: string;
  @Optional() @Day('First day on which it holds') readonly validFrom?: string;
}

export const policyPublished = defineKind({
  family: 'governance',
  name: 'PolicyPublished',
  version: 1,
  description: 'The firm published a version of a policy.',
  payload: PolicyPublished,
  headline: ({ data }) => `Policy ${data.policy} published (version ${data.version}).`,
  example: {
    subject: 'policy/contact-hours',
    data: {
      policy: 'contact hours',
      version: 1,
      text: 'Nobody is called after 20:00.',
      validFrom: '2026-04-01',
    },
  },
});
