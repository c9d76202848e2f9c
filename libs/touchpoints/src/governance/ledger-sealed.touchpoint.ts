import { defineKind } from '../define-kind.js';
import { Optional, Sha256, Whole } from '../payload/members.js';
import { Payload } from '../payload/payload.js';

/** The proof log reached a size. */
export class LedgerSealed extends Payload {
  @Whole('Leaves in the tree', { min: 0, max: 9_007_199_254_740_991 }) readonly treeSize!: number;
  @Sha256('Root of the tree, lower-case hex') readonly rootHash!: string;
  @Optional()
  @Sha256('Root of the completeness map over these leaves, lower-case hex')
  readonly mapRoot?: string;
}

export const ledgerSealed = defineKind({
  family: 'governance',
  name: 'LedgerSealed',
  version: 1,
  description: 'The ledger was sealed: its proof log reached this size and root.',
  payload: LedgerSealed,
  headline: ({ data }) => `Ledger sealed with ${data.treeSize} ${data.treeSize === 1 ? 'leaf' : 'leaves'}.`,
  example: {
    subject: 'policy/proof',
    actorkind: 'system',
    data: { treeSize: 0, rootHash: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' },
  },
});
