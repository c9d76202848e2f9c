import type { Rejection } from '@rapport/kernel';

/** What became of one event. Positions are decimal texts: opaque, never added to or counted with. */
export type Outcome =
  | {
      readonly status: 'recorded' | 'duplicate';
      readonly id: string;
      readonly source: string;
      readonly subject: string;
      readonly revision: number;
      readonly position: string;
    }
  | { readonly status: 'rejected'; readonly rejection: Rejection };

/** The later of two positions. */
export const laterPosition = (a: string | undefined, b: string): string =>
  a === undefined || a.length < b.length || (a.length === b.length && a < b) ? b : a;
