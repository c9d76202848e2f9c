import 'reflect-metadata';
import { parseTime } from '@rapport/kernel';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsString,
  Matches,
  Max,
  Min,
  ValidateBy,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';

/** The constructor of a payload class or of a part of one. */
export type PayloadClass<P extends object = object> = new () => P;

/** What a member that holds several values is limited to. */
export interface ListLimits {
  readonly countMin?: number;
  readonly countMax: number;
}

/** A member that holds one value, or a list of them. */
export interface MemberOptions {
  readonly list?: ListLimits;
}

/** No control characters and no line ends: what may stand in an id or in a line of text. */
const ONE_LINE = /^[^\p{Cc}\p{Zl}\p{Zp}]+$/u;
/** As {@link ONE_LINE}, and no slash, since a party's id is part of its stream's name. */
const PARTY_ID = /^[^/\p{Cc}\p{Zl}\p{Zp}]+$/u;
const URI = /^[A-Za-z][A-Za-z0-9+.-]*:[^\s\p{Cc}]+$/u;
const SHA256 = /^[0-9a-f]{64}$/u;
const CURRENCY = /^[A-Z]{3}$/u;
const COUNTRY = /^[A-Z]{2}$/u;
const DAY = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/u;
const INSTANT = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$/u;

/** What the patterns mean, in words for messages. */
export const PATTERN_MEANINGS: ReadonlyMap<string, string> = new Map([
  [ONE_LINE.source, 'be one line without control characters'],
  [PARTY_ID.source, 'be the id of a party: one line without slashes and control characters'],
  [URI.source, 'be an absolute URI'],
  [SHA256.source, 'be a SHA-256 digest in lower-case hex'],
  [CURRENCY.source, 'be an ISO 4217 currency code like EUR'],
  [COUNTRY.source, 'be an ISO 3166-1 country code like NL'],
  [DAY.source, 'be a calendar day like 2026-01-31'],
  [INSTANT.source, 'be an instant in UTC like 2026-01-31T12:00:00.000Z'],
]);

const nestedClasses = new WeakMap<object, Map<string, () => PayloadClass>>();
const personalMembers = new WeakMap<object, Set<string>>();

/** A member that may be absent. `null` is not absence. */
export const Optional = (): PropertyDecorator => ValidateIf((_payload, value) => value !== undefined);

/** Marks a personal value (a name, a contact, free text, a verbatim): it is kept apart and can be erased. */
export const Personal = (): PropertyDecorator => (target, member) => {
  const members = personalMembers.get(target) ?? new Set<string>();
  personalMembers.set(target, members.add(String(member)));
};

/** Free text of one or more lines. */
export const Text = (
  description: string,
  options: MemberOptions & { readonly lengthMax?: number } = {},
): PropertyDecorator =>
  member(description, options, (each) => [textLength(1, options.lengthMax ?? 4000, each), IsString(each)]);

/** A short text on one line: the name of a topic, a category, a reason. */
export const Label = (
  description: string,
  options: MemberOptions & { readonly lengthMax?: number } = {},
): PropertyDecorator =>
  member(description, options, (each) => [
    Matches(ONE_LINE, each),
    textLength(1, options.lengthMax ?? 100, each),
    IsString(each),
  ]);

/** The id of a party: 1 to 200 characters of any script, no slash, no control characters. */
export const PartyRef = (description: string, options: MemberOptions = {}): PropertyDecorator =>
  member(description, options, (each) => [Matches(PARTY_ID, each), textLength(1, 200, each), IsString(each)]);

/** The id of another touchpoint. */
export const EventRef = (description: string, options: MemberOptions = {}): PropertyDecorator =>
  member(description, options, (each) => [Matches(ONE_LINE, each), textLength(1, 200, each), IsString(each)]);

/** One of a closed list of words. */
export const OneOf = (
  description: string,
  values: readonly string[],
  options: MemberOptions = {},
): PropertyDecorator => member(description, options, (each) => [IsIn(values, each), IsString(each)]);

/** A whole number between two bounds, both inclusive. */
export const Whole = (
  description: string,
  bounds: { readonly min: number; readonly max: number },
): PropertyDecorator =>
  member(description, {}, (each) => [Min(bounds.min, each), Max(bounds.max, each), IsInt(each)]);

/** True or false. */
export const Flag = (description: string): PropertyDecorator =>
  member(description, {}, (each) => [IsBoolean(each)]);

/** A calendar day, `2026-01-31`. */
export const Day = (description: string): PropertyDecorator =>
  member(description, {}, (each) => [calendarDay(each), Matches(DAY, each), IsString(each)]);

/** An instant in UTC with milliseconds, `2026-01-31T12:00:00.000Z`: fixed width, so that comparing texts compares instants. */
export const Instant = (description: string): PropertyDecorator =>
  member(description, {}, (each) => [utcInstant(each), Matches(INSTANT, each), IsString(each)]);

/** An ISO 4217 currency code. */
export const Currency = (description: string): PropertyDecorator =>
  member(description, {}, (each) => [Matches(CURRENCY, each), IsString(each)]);

/** An ISO 3166-1 alpha-2 country code. */
export const Country = (description: string): PropertyDecorator =>
  member(description, {}, (each) => [Matches(COUNTRY, each), IsString(each)]);

/** An absolute URI (RFC 3986) of at most 1,000 characters. */
export const Uri = (description: string): PropertyDecorator =>
  member(description, {}, (each) => [Matches(URI, each), textLength(1, 1000, each), IsString(each)]);

/** A SHA-256 digest in lower-case hex. */
export const Sha256 = (description: string): PropertyDecorator =>
  member(description, {}, (each) => [Matches(SHA256, each), IsString(each)]);

/** A part with members of its own, or a list of such parts. */
export const Part = (
  description: string,
  part: () => PayloadClass,
  options: MemberOptions = {},
): PropertyDecorator =>
  member(description, options, (each) => [ValidateNested(each), IsObject(each), Type(part), nested(part)]);

/** An object whose members another kind defines. */
export const AnyObject = (description: string): PropertyDecorator =>
  member(description, {}, (each) => [IsObject(each)]);

/** The class of a member declared with {@link Part}; classes inherit members. */
export function partClassOf(prototype: object, memberName: string): PayloadClass | undefined {
  for (let at: object | null = prototype; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    const part = nestedClasses.get(at)?.get(memberName);
    if (part !== undefined) return part();
  }
  return undefined;
}

/** Whether a member is marked with {@link Personal}. */
export function isPersonal(prototype: object, memberName: string): boolean {
  for (let at: object | null = prototype; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    if (personalMembers.get(at)?.has(memberName) === true) return true;
  }
  return false;
}

/** Whether a text names a day that the calendar has. */
export const isCalendarDay = (text: string): boolean =>
  text.length === 10 && parseTime(`${text}T00:00:00.000Z`).ok;

/** Whether a text is an instant in UTC with milliseconds. */
export function isUtcInstant(text: string): boolean {
  const parsed = parseTime(text);
  return parsed.ok && parsed.value === text;
}

/** How many code points a text has: what JSON Schema counts. */
export function codePointCount(text: string): number {
  let count = 0;
  for (const _point of text) count++;
  return count;
}

type Each = { readonly each: boolean };

// The first rule named here is merged first into the schema: the type comes last and wins.
function member(
  description: string,
  options: MemberOptions,
  rules: (each: Each) => readonly PropertyDecorator[],
): PropertyDecorator {
  const { list } = options;
  const decorators = [...rules({ each: list !== undefined })];
  if (list !== undefined)
    decorators.push(
      ...(list.countMin === undefined ? [] : [ArrayMinSize(list.countMin)]),
      ArrayMaxSize(list.countMax),
      IsArray(),
    );
  decorators.push(JSONSchema({ description }) as PropertyDecorator);
  return (target, key) => {
    for (const decorate of decorators) decorate(target, key);
  };
}

const nested =
  (part: () => PayloadClass): PropertyDecorator =>
  (target, key) => {
    const parts = nestedClasses.get(target) ?? new Map<string, () => PayloadClass>();
    nestedClasses.set(target, parts.set(String(key), part));
  };

const textLength = (min: number, max: number, each: Each): PropertyDecorator =>
  ValidateBy(
    {
      name: 'textLength',
      constraints: [min, max],
      validator: {
        validate: (value) => typeof value === 'string' && between(codePointCount(value), min, max),
      },
    },
    each,
  );

const calendarDay = (each: Each): PropertyDecorator =>
  ValidateBy(
    {
      name: 'calendarDay',
      validator: { validate: (value) => typeof value === 'string' && isCalendarDay(value) },
    },
    each,
  );

const utcInstant = (each: Each): PropertyDecorator =>
  ValidateBy(
    {
      name: 'utcInstant',
      validator: { validate: (value) => typeof value === 'string' && isUtcInstant(value) },
    },
    each,
  );

const between = (value: number, min: number, max: number): boolean => value >= min && value <= max;
