import type { JsonObject, Kind, Lifecycle, PartyId, Signal, Touchpoint } from '@rapport/kernel';
import type { PayloadClass } from './payload/members.js';
import type { Payload } from './payload/payload.js';
import { personalPointers, schemaOf } from './payload/schema.js';
import { validatorOf, type BrokenRule } from './payload/validator.js';

/** Longest headline, in UTF-16 units. */
export const HEADLINE_LENGTH_MAX = 200;

/** What a kind file says; everything else of a {@link Kind} is derived from it. */
export interface KindDefinition<P extends Payload> {
  readonly family: string;
  readonly name: string;
  readonly version: number;
  readonly description: string;
  readonly payload: PayloadClass<P>;
  /** A rule between members that the class cannot say one by one. */
  readonly check?: (data: P) => BrokenRule | undefined;
  /** Must not read a personal member: it is not there when the headline is made. */
  readonly headline: (event: Touchpoint<P>) => string;
  readonly signals?: (event: Touchpoint<P>) => readonly Signal[];
  readonly names?: (data: P) => readonly PartyId[];
  readonly effect?: Kind['effect'];
  readonly lifecycle?: Lifecycle;
  readonly example: Example<P>;
}

/** An example gives its data; what it does not say of the envelope is filled in. */
export type Example<P> = Partial<Omit<Touchpoint, 'type' | 'data'>> & { readonly data: P };

/** A kind together with the class it is made from. */
export interface DefinedKind extends Kind {
  readonly payload: PayloadClass;
  readonly check: (data: JsonObject) => BrokenRule | undefined;
}

/** Makes a kind from its payload class: schema, personal pointers and validation are derived. */
export function defineKind<P extends Payload>(definition: KindDefinition<P>): DefinedKind {
  const { family, name, version, description, payload, check, headline, signals, names, effect, lifecycle } =
    definition;
  const type = `rapport.${family}.${name}.v${version}`;
  const schema = once((): JsonObject => ({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: name,
    description,
    ...schemaOf(payload),
  }));
  const personal = once(() => personalPointers(schema()));
  const checkData = (data: JsonObject): BrokenRule | undefined => check?.(data as unknown as P);
  return {
    type,
    family,
    name,
    version,
    description,
    // Made when first asked for: a start needs few of them.
    get schema() {
      return schema();
    },
    get personal() {
      return personal();
    },
    payload,
    check: checkData,
    ...validatorOf(schema, checkData),
    headline: (event) => bounded(headline(asOwn<P>(event))),
    signals: (event) => signals?.(asOwn<P>(event)) ?? [],
    names: (data) => names?.(data as unknown as P) ?? [],
    effect: effect ?? 'fact',
    ...(lifecycle === undefined ? {} : { lifecycle }),
    example: exampleOf(type, name, definition.example),
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** The payload has been validated by the kind that this type belongs to. */
const asOwn = <P>(event: Touchpoint): Touchpoint<P> => event as Touchpoint<unknown> as Touchpoint<P>;

function exampleOf<P>(type: string, name: string, { data, ...attributes }: Example<P>): Touchpoint {
  return {
    id: `${name.replace(/(?<=.)[A-Z]/g, '-$&').toLowerCase()}-1`,
    source: 'urn:example:crm',
    type,
    subject: 'relationship/c-1001',
    time: '2026-03-02T09:30:00.000Z',
    ...attributes,
    data: data as unknown as JsonObject,
  };
}

function bounded(headline: string): string {
  if (headline.length <= HEADLINE_LENGTH_MAX) return headline;
  return `${headline.slice(0, HEADLINE_LENGTH_MAX - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
