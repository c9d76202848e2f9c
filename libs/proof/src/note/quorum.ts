/** Who must have cosigned: nobody, one witness, or so many of a group. */
export type Rule =
  | { readonly kind: 'none' }
  | { readonly kind: 'witness'; readonly name: string }
  | { readonly kind: 'group'; readonly threshold: number; readonly members: readonly Rule[] };
