import type { Dice } from './dice.js';

/** Syllables that no language joins like this: a name of the sample can never be a real person's. */
const ONSETS = [
  'Bra',
  'Cle',
  'Dro',
  'Fli',
  'Gru',
  'Kwe',
  'Lyo',
  'Mira',
  'Nuvo',
  'Olde',
  'Prae',
  'Quo',
  'Ruvi',
  'Sko',
  'Tilu',
  'Umbe',
  'Vexa',
  'Wyno',
  'Yar',
  'Zeli',
] as const;
const MIDDLES = ['ba', 'du', 'fe', 'go', 'li', 'mo', 'na', 'pu', 're', 'so', 'ti', 'vu'] as const;
const ENDS = ['dax', 'fen', 'lix', 'mond', 'nok', 'rin', 'sav', 'tuk', 'vel', 'wim', 'xa', 'zor'] as const;
const TRADES = ['Cafés', 'Hotels', 'Offices', 'Bakeries', 'Clinics', 'Studios', 'Campus', 'Lodges'] as const;

const word = (dice: Dice): string => `${dice.pick(ONSETS)}${dice.pick(MIDDLES)}${dice.pick(ENDS)}`;

/** An invented name of a person. */
export const personName = (dice: Dice): string => `${dice.pick(ONSETS)}${dice.pick(ENDS)} ${word(dice)}`;

/** An invented name of an organisation. */
export const firmName = (dice: Dice): string => `${word(dice)} ${dice.pick(TRADES)}`;

/** An address of a domain that can never exist (RFC 2606). */
export const mailOf = (name: string): string =>
  `${name
    .toLowerCase()
    .normalize('NFD')
    .replace(/[^a-z ]/g, '')
    .replaceAll(' ', '.')}@mail.example`;
