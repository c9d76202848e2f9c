import { partyOfSubject, relationshipOf } from '@rapport/kernel';

/**
 * Whose key the personal values of a stream's events are sealed with: the party of a relationship, and for streams about
 * something else the stream itself (`staff/7`, which no party id equals, since those hold no slash).
 *
 * It is the id as recorded, never the party that now stands for it: so a merge or its undoing changes nothing about which
 * key opens which part, and whoever erases a party passes the ids of all its members.
 * @example
 * keyOwnerOf('relationship/42') // '42'
 * keyOwnerOf('staff/7') // 'staff/7'
 */
export const keyOwnerOf = (subject: string): string => partyOfSubject(subject) ?? subject;

/** The stream of a person, by {@link keyOwnerOf}'s answer. @example streamOfPerson('42') // 'relationship/42' */
export const streamOfPerson = (person: string): string =>
  person.includes('/') ? person : relationshipOf(person);
