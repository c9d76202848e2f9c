import { accept, reject, type JsonObject, type Kind, type Rejection } from '@rapport/kernel';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { isCalendarDay, isUtcInstant, PATTERN_MEANINGS } from './members.js';
import { PERSONAL_KEYWORD } from './schema.js';

/** A rule between members that a schema cannot say: where it is broken and what must be true. */
export interface BrokenRule {
  /** Pointer into the payload. */
  readonly pointer: string;
  /** Completes "/data/… must …"; holds no value of the payload. */
  readonly must: string;
}

let shared: Ajv2020 | undefined;

function ajv(): Ajv2020 {
  shared ??= new Ajv2020({
    strict: true,
    allErrors: false,
    logger: false,
    // Whoever starts or sends waits for this: a spec checks the schemas, and V8 optimises.
    validateSchema: false,
    code: { optimize: false },
    formats: { date: isCalendarDay, 'date-time': isUtcInstant },
    keywords: [PERSONAL_KEYWORD],
  });
  return shared;
}

/**
 * Compiles a schema when asked to, or at its first use, and checks payloads with it. A payload is neither copied nor
 * changed. Messages name pointers and rules, never values.
 */
export function validatorOf(
  schema: () => JsonObject,
  check: (data: JsonObject) => BrokenRule | undefined,
): Pick<Kind, 'prepare' | 'validate'> {
  let compiled: ValidateFunction | undefined;
  const prepare = (): ValidateFunction => (compiled ??= ajv().compile(schema()));
  return {
    prepare,
    validate: (data) => {
      const validate = prepare();
      if (!validate(data)) return { ok: false, rejection: rejectionOf(validate.errors?.[0]) };
      const broken = check(data as JsonObject);
      return broken === undefined
        ? accept(data as JsonObject)
        : invalid(`/data${broken.pointer}`, broken.must);
    },
  };
}

const invalid = (pointer: string, must: string): ReturnType<typeof reject> =>
  reject('INVALID_PAYLOAD', `${pointer} must ${must}.`, { pointer });

function rejectionOf(error: ErrorObject | undefined): Rejection {
  if (error === undefined) return invalid('/data', 'match the schema of its kind').rejection;
  const parameters = error.params as Readonly<Record<string, unknown>>;
  const at = `/data${error.instancePath}`;
  if (error.keyword === 'required')
    return invalid(`${at}/${String(parameters['missingProperty'])}`, 'be given').rejection;
  if (error.keyword === 'additionalProperties') {
    // A key that looks like the name of a member helps to find the mistake; anything else might be a value in disguise.
    const key = String(parameters['additionalProperty']);
    return /^[A-Za-z][A-Za-z0-9]{0,39}$/.test(key)
      ? invalid(`${at}/${key}`, 'be left out: the kind has no such member').rejection
      : invalid(at, 'hold only the members of its kind: there is one that it does not have').rejection;
  }
  return invalid(at, ruleOf(error.keyword, parameters)).rejection;
}

function ruleOf(keyword: string, parameters: Readonly<Record<string, unknown>>): string {
  const limit = String(parameters['limit']);
  switch (keyword) {
    case 'type':
      return `be ${TYPES[String(parameters['type'])] ?? String(parameters['type'])}`;
    case 'enum':
      return `be one of ${(parameters['allowedValues'] as readonly unknown[]).join(', ')}`;
    case 'minimum':
      return `be at least ${limit}`;
    case 'maximum':
      return `be at most ${limit}`;
    case 'minLength':
      return `be at least ${limit} ${limit === '1' ? 'character' : 'characters'} long`;
    case 'maxLength':
      return `be at most ${limit} characters long`;
    case 'minItems':
      return `hold at least ${limit} ${limit === '1' ? 'item' : 'items'}`;
    case 'maxItems':
      return `hold at most ${limit} items`;
    case 'format':
      return parameters['format'] === 'date'
        ? 'be a calendar day like 2026-01-31'
        : 'be an instant in UTC like 2026-01-31T12:00:00.000Z';
    case 'pattern':
      return (
        PATTERN_MEANINGS.get(String(parameters['pattern'])) ??
        `match the pattern ${String(parameters['pattern'])}`
      );
    default:
      return `follow the rule ${keyword} of its kind`;
  }
}

const TYPES: Readonly<Record<string, string>> = {
  object: 'an object',
  array: 'a list',
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
};
