/** Where to look first in the sample: three things to try. */
export const sampleHighlights = {
  /** A customer with a rich timeline, and a complaint that ended well. */
  complaint: { party: 'c-0002', episode: 'complaint-cracked-tank' },
  /** A customer who brought others, over generations: those brought by those brought by … */
  referrer: { party: 'c-0001', generations: 4 },
  /** A negotiation, clause by clause, that ended in a contract which was amended and renewed. */
  negotiation: { party: 'o-004', episode: 'negotiation-o-004-1' },
} as const;
