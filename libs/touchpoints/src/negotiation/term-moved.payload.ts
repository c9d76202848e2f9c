import { Label, Optional, Whole } from '../payload/members.js';
import { Payload } from '../payload/payload.js';

/** A move on one clause of a contract under negotiation. */
export class TermMoved extends Payload {
  @Label('The clause', { lengthMax: 200 }) readonly clause!: string;
  @Label('What the clause says in this move', { lengthMax: 1000 }) readonly value!: string;
  @Optional() @Whole('The round of the negotiation', { min: 1, max: 1000 }) readonly round?: number;
}

/** `price: 2% discount, round 2` */
export const moveText = ({ clause, value, round }: TermMoved): string =>
  `${clause}: ${value}${round === undefined ? '' : `, round ${round}`}`;
