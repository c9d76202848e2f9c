import type { Phrases } from './language.js';
import { ITALIAN, JAPANESE, POLISH, SPANISH } from './southern-and-eastern.js';
import { DUTCH, ENGLISH, FRENCH, GERMAN } from './western.js';

/** What the sample's parties say and are told, by the language they speak. */
export const PHRASES = {
  en: ENGLISH,
  de: GERMAN,
  fr: FRENCH,
  nl: DUTCH,
  it: ITALIAN,
  es: SPANISH,
  pl: POLISH,
  ja: JAPANESE,
} as const satisfies Readonly<Record<string, Phrases>>;

export type Language = keyof typeof PHRASES;
