import { RapportError, type Json, type JsonObject } from '@rapport/kernel';
import { isZone } from './dates.js';

/** How a file is laid out. */
export type FileFormat =
  | {
      readonly type: 'csv';
      readonly delimiter: string;
      /** Names of the columns; from the first line when absent. */
      readonly columns?: readonly string[];
      /** Whether the first line holds names. With `columns` too, theirs count. */
      readonly header: boolean;
      readonly encoding: string;
    }
  | {
      readonly type: 'whitespace';
      readonly columns?: readonly string[];
      readonly header: boolean;
      readonly encoding: string;
    }
  | { readonly type: 'jsonl'; readonly encoding: string };

/** What one row (or group of rows) becomes: a template of a touchpoint. */
export interface TouchpointTemplate {
  /** Goes into the id beside the row's identity, so that several touchpoints of one row differ. */
  readonly name: string;
  readonly when?: string;
  /** An expression that gives a list: one touchpoint for each item, seen as `$item` and `$index`. */
  readonly each?: string;
  /** Every other member of the touchpoint: text, `=expression`, or JSON with such texts in it. */
  readonly members: JsonObject;
}

/** A mapping file: how the rows of a file become touchpoints. */
export interface Mapping {
  readonly description: string;
  readonly format: FileFormat;
  readonly source: string;
  readonly zone: string;
  /** Cells with exactly these texts count as not there. */
  readonly missing: readonly string[];
  /** Columns that name the row; the digest of the row and its ordinal when absent. */
  readonly identity?: readonly string[];
  /** Columns whose values rows share that belong to one touchpoint. */
  readonly group?: readonly string[];
  /** Names computed once a row, usable as columns by what follows. */
  readonly let: JsonObject;
  readonly touchpoints: readonly TouchpointTemplate[];
}

const MEMBERS = [
  '$schema',
  'description',
  'format',
  'source',
  'zone',
  'missing',
  'identity',
  'group',
  'let',
  'touchpoints',
];

/**
 * Checks a mapping and completes its defaults.
 * @throws RapportError `INVALID_MAPPING` with the pointer of what is wrong
 */
export function parseMapping(json: Json): Mapping {
  const root = objectAt(json, '');
  known(root, MEMBERS, '');
  const zone = root['zone'] === undefined ? 'UTC' : textAt(root['zone'], '/zone');
  if (!isZone(zone))
    throw invalid(
      '/zone',
      'is not a time zone: write UTC, an offset like +02:00, or a name like Europe/Rome',
    );
  const touchpoints = arrayAt(root['touchpoints'], '/touchpoints').map(parseTouchpoint);
  if (touchpoints.length === 0) throw invalid('/touchpoints', 'is empty: say what a row becomes');
  if (new Set(touchpoints.map(({ name }) => name)).size !== touchpoints.length)
    throw invalid('/touchpoints', 'has two with the same name: give each its own');
  return {
    description: root['description'] === undefined ? '' : textAt(root['description'], '/description'),
    format: parseFormat(objectAt(root['format'], '/format')),
    source: textAt(root['source'], '/source'),
    zone,
    missing: root['missing'] === undefined ? [''] : textsAt(root['missing'], '/missing', true),
    ...(root['identity'] === undefined ? {} : { identity: columnsAt(root['identity'], '/identity') }),
    ...(root['group'] === undefined ? {} : { group: columnsAt(root['group'], '/group') }),
    let: root['let'] === undefined ? {} : objectAt(root['let'], '/let'),
    touchpoints,
  };
}

function parseFormat(format: JsonObject): FileFormat {
  const encoding =
    format['encoding'] === undefined ? 'utf-8' : textAt(format['encoding'], '/format/encoding');
  if (!isEncoding(encoding))
    throw invalid('/format/encoding', 'is not an encoding: write utf-8 or windows-1252, for example');
  const columns =
    format['columns'] === undefined ? {} : { columns: textsAt(format['columns'], '/format/columns', false) };
  const header = format['header'] === undefined ? format['columns'] === undefined : format['header'] === true;
  if (!header && format['columns'] === undefined && format['type'] !== 'jsonl')
    throw invalid('/format/columns', 'is needed when the file has no header line');
  switch (format['type']) {
    case 'csv': {
      known(format, ['type', 'delimiter', 'columns', 'header', 'encoding'], '/format');
      const delimiter =
        format['delimiter'] === undefined ? ',' : textAt(format['delimiter'], '/format/delimiter');
      return { type: 'csv', delimiter, header, encoding, ...columns };
    }
    case 'whitespace':
      known(format, ['type', 'columns', 'header', 'encoding'], '/format');
      return { type: 'whitespace', header, encoding, ...columns };
    case 'jsonl':
      known(format, ['type', 'encoding'], '/format');
      return { type: 'jsonl', encoding };
    default:
      throw invalid('/format/type', 'is csv, whitespace or jsonl');
  }
}

function parseTouchpoint(json: Json, index: number): TouchpointTemplate {
  const pointer = `/touchpoints/${index}`;
  const { name, when, each, ...members } = objectAt(json, pointer);
  for (const needed of ['type', 'subject', 'time'])
    if (members[needed] === undefined) throw invalid(`${pointer}/${needed}`, 'is needed');
  return {
    name: name === undefined ? '' : textAt(name, `${pointer}/name`),
    ...(when === undefined ? {} : { when: expressionAt(when, `${pointer}/when`) }),
    ...(each === undefined ? {} : { each: expressionAt(each, `${pointer}/each`) }),
    members,
  };
}

function isEncoding(encoding: string): boolean {
  try {
    new TextDecoder(encoding);
    return true;
  } catch {
    return false;
  }
}

function known(object: JsonObject, names: readonly string[], pointer: string): void {
  const stranger = Object.keys(object).find((name) => !names.includes(name));
  if (stranger !== undefined)
    throw invalid(
      `${pointer}/${stranger}`,
      `is not a member here: known are ${names.filter((name) => name !== '$schema').join(', ')}`,
    );
}

function objectAt(json: Json | undefined, pointer: string): JsonObject {
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as JsonObject;
  throw invalid(pointer, 'is an object');
}

function arrayAt(json: Json | undefined, pointer: string): readonly Json[] {
  if (Array.isArray(json)) return json as readonly Json[];
  throw invalid(pointer, 'is a list');
}

function textAt(json: Json | undefined, pointer: string): string {
  if (typeof json === 'string' && json !== '') return json;
  throw invalid(pointer, 'is a text that is not empty');
}

function textsAt(json: Json | undefined, pointer: string, emptyAllowed: boolean): readonly string[] {
  const list = arrayAt(json, pointer);
  if (list.some((item) => typeof item !== 'string' || (item === '' && !emptyAllowed)))
    throw invalid(pointer, 'is a list of texts');
  return list as readonly string[];
}

const columnsAt = (json: Json, pointer: string): readonly string[] =>
  typeof json === 'string' ? [textAt(json, pointer)] : textsAt(json, pointer, false);

function expressionAt(json: Json, pointer: string): string {
  const text = textAt(json, pointer);
  if (!text.startsWith('=')) throw invalid(pointer, 'is an expression: begin it with =');
  return text;
}

/** The error of a mapping that cannot be used. */
export const invalid = (pointer: string, what: string): RapportError =>
  new RapportError('INVALID_MAPPING', `The mapping's ${pointer === '' ? 'document' : pointer} ${what}.`, {
    pointer,
  });
