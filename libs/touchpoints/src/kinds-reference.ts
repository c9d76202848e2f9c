import type { JsonObject, Kind, Kinds } from '@rapport/kernel';
import { schemaOf } from './payload/schema.js';
import { Payload } from './payload/payload.js';

/** What the schemas of payloads are made of. */
interface MemberSchema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, MemberSchema>>;
  readonly required?: readonly string[];
  readonly items?: MemberSchema;
  readonly enum?: readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly 'x-personal'?: boolean;
}

/** The reference of all kinds in Markdown: docs/reference/kinds.md. */
export function kindsReference(kinds: Kinds): string {
  const families = [...new Set(kinds.all.map(({ family }) => family))];
  const common = schemaOf(Payload);
  return `${[
    '<!-- Written by `npm run docs:kinds` from the registry of kinds: change the kinds, not this page. -->',
    '<!-- prettier-ignore-start -->',
    '# Kinds of touchpoints',
    `${kinds.all.length} kinds in ${families.length} families. A payload holds the members of its kind and the common ones, and no others. **Personal** members are kept apart and can be erased.`,
    families
      .map(
        (family) =>
          `- [${family}](#${family}): ${kinds.all
            .filter((kind) => kind.family === family)
            .map(({ name }) => `[${name}](#${name.toLowerCase()})`)
            .join(', ')}`,
      )
      .join('\n'),
    '## Common members',
    'Every payload may have these.',
    membersTable(common, new Set()),
    ...families.flatMap((family) => [
      `## ${family}`,
      ...kinds.all.filter((kind) => kind.family === family).flatMap((kind) => kindSection(kind, common)),
    ]),
    '<!-- prettier-ignore-end -->',
  ].join('\n\n')}\n`;
}

function kindSection(kind: Kind, common: JsonObject): string[] {
  const signals = kind
    .signals(kind.example)
    .map(({ name, amount }) => `\`${name}\`${amount === undefined ? '' : ' with its amount'}`);
  const facts = [
    `Type \`${kind.type}\``,
    ...(kind.effect === 'fact' ? [] : [`effect: ${kind.effect}`]),
    ...(kind.lifecycle === undefined
      ? []
      : [
          `life cycle: ${kind.lifecycle.name}${kind.lifecycle.episodeRequired ? ' (needs an `episode`)' : ''}`,
        ]),
    ...(signals.length === 0 ? [] : [`signal of the example: ${signals.join(', ')}`]),
  ];
  const own = membersTable(kind.schema, new Set(Object.keys(common['properties'] as JsonObject)));
  return [
    `### ${kind.name}`,
    kind.description,
    `${facts.join('; ')}.`,
    own === '' ? 'No members but the common ones.' : own,
    `\`\`\`json\n${JSON.stringify({ specversion: '1.0', ...kind.example }, null, 2)}\n\`\`\``,
    `Headline: ${kind.headline(kind.example)}`,
  ];
}

function membersTable(schema: JsonObject, without: ReadonlySet<string>): string {
  const rows = rowsOf(schema as MemberSchema, '').filter(
    ({ path }) => !without.has(path.replace(/[.[].*/, '')),
  );
  if (rows.length === 0) return '';
  return [
    '| member | | what | values |',
    '|---|---|---|---|',
    ...rows.map(({ path, needed, what, values }) => `| \`${path}\` | ${needed} | ${what} | ${values} |`),
  ].join('\n');
}

interface Row {
  readonly path: string;
  readonly needed: string;
  readonly what: string;
  readonly values: string;
}

function rowsOf(schema: MemberSchema, path: string): Row[] {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).flatMap(([name, member]) => {
    const { items } = member;
    const at = `${path}${name}${items === undefined ? '' : '[]'}`;
    const row = {
      path: at,
      needed: required.has(name) ? 'required' : 'optional',
      what: `${member.description ?? ''}${member['x-personal'] === true ? ' (**personal**)' : ''}`,
      values: valuesText(member),
    };
    return [row, ...rowsOf(items ?? member, `${at}.`)];
  });
}

function valuesText(member: MemberSchema): string {
  const { items } = member;
  if (items !== undefined)
    return `list of ${bounds(member.minItems ?? 0, member.maxItems)}; each: ${valuesText(items)}`;
  if (member.enum !== undefined) return member.enum.map((word) => `\`${word}\``).join(', ');
  switch (member.type) {
    case 'integer':
      return `whole number, ${bounds(member.minimum, member.maximum)}`;
    case 'string':
      return textText(member);
    case 'boolean':
      return 'true or false';
    default:
      return 'object';
  }
}

function textText(member: MemberSchema): string {
  if (member.format === 'date') return 'day, `2026-01-31`';
  if (member.format === 'date-time') return 'instant, `2026-01-31T12:00:00.000Z`';
  const pattern = member.pattern === undefined ? '' : `matching \`${member.pattern.replaceAll('|', '\\|')}\``;
  const length =
    member.maxLength === undefined ? '' : `${bounds(member.minLength, member.maxLength)} characters`;
  return ['text', [length, pattern].filter((part) => part !== '').join(', ')]
    .filter((part) => part !== '')
    .join(', ');
}

const bounds = (min: number | undefined, max: number | undefined): string => `${min} to ${max}`;
