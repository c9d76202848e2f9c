/** A question with its answer. */
export interface Exchange {
  /** What it is about, in the firm's own words. */
  readonly topic: string;
  readonly question: string;
  readonly answer: string;
}

type Several<T> = readonly [T, ...T[]];

/** What a complaint can be about. */
export type Grievance = 'delivery' | 'defect' | 'billing' | 'taste';

/** What a wish can be about. */
export type Wish = 'roast' | 'contact' | 'delivery';

/** Invented texts of one language: short, everyday, about nobody. */
export interface Phrases {
  readonly inquiries: Several<Exchange>;
  readonly help: Several<Exchange>;
  readonly complaints: { readonly [about in Grievance]: string };
  /** What the firm writes once it knows what went wrong. */
  readonly apology: string;
  readonly praise: Several<string>;
  readonly grumble: Several<string>;
  readonly wishes: { readonly [about in Wish]: string };
}
