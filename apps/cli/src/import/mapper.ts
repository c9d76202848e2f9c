import type { JsonObject } from '@rapport/kernel';
import { expressionCompiler, type Scope } from './expression.js';
import { invalid, type Mapping, type TouchpointTemplate } from './mapping.js';
import { compileTemplate, TemplateError, type Template } from './template.js';
import type { Unit } from './unit.js';

/** What a template made of a unit: a touchpoint as a CloudEvent, or why there is none. */
export type Mapped = { readonly touchpoint: JsonObject } | { readonly problem: string };

/** Turns units into touchpoints. */
export interface Mapper {
  /** Whether every expression runs natively. */
  readonly native: boolean;
  readonly map: (unit: Unit) => Promise<readonly Mapped[]> | readonly Mapped[];
}

interface Compiled {
  readonly name: string;
  readonly when: Template | undefined;
  readonly each: Template | undefined;
  readonly members: Template;
  readonly pointer: string;
}

/**
 * Compiles every expression of a mapping once.
 * @throws RapportError `INVALID_MAPPING`
 */
export function mapperOf(mapping: Mapping): Mapper {
  const compiler = expressionCompiler(mapping.zone);
  const compile = (source: unknown, pointer: string): Template => {
    try {
      return compileTemplate(source, compiler, pointer);
    } catch (error) {
      if (error instanceof TemplateError) throw invalid(error.pointer, `is ${error.message}`);
      throw error;
    }
  };
  const named = Object.entries(mapping.let).map(
    ([name, source]) => [name, compile(source, `/let/${name}`)] as const,
  );
  const templates = mapping.touchpoints.map((template, index) =>
    compiled(template, `/touchpoints/${index}`, compile),
  );
  const native = [...named.map(([, template]) => template), ...templates.flatMap(partsOf)].every(
    (template) => template.native,
  );
  const plan: Plan = { source: mapping.source, named, templates };
  return { native, map: native ? (unit) => mapNow(plan, unit) : (unit) => mapSlowly(plan, unit) };
}

interface Plan {
  readonly source: string;
  readonly named: readonly (readonly [string, Template])[];
  readonly templates: readonly Compiled[];
}

const partsOf = ({ when, each, members }: Compiled): readonly Template[] =>
  [members, when, each].filter((part) => part !== undefined);

function compiled(
  template: TouchpointTemplate,
  pointer: string,
  compile: (source: unknown, pointer: string) => Template,
): Compiled {
  return {
    name: template.name,
    pointer,
    when: template.when === undefined ? undefined : compile(template.when, `${pointer}/when`),
    each: template.each === undefined ? undefined : compile(template.each, `${pointer}/each`),
    members: compile(template.members, pointer),
  };
}

// The same walk in two tempos: a generator asks for templates to be filled, its driver answers at once or after waiting.
function* walk(
  { source, named, templates }: Plan,
  unit: Unit,
): Generator<readonly [Template, Scope], readonly Mapped[], unknown> {
  const mapped: Mapped[] = [];
  const base: Variables = { row: unit.identity };
  const input: Record<string, unknown> = named.length === 0 ? unit.input : { ...unit.input };
  for (const [name, template] of named) {
    const value = yield [template, { input, variables: base }];
    if (value instanceof TemplateError) return [{ problem: `${value.pointer}: ${value.message}` }];
    if (value !== undefined) input[name] = value;
  }
  for (const template of templates) {
    for (const variables of yield* scopesOf(template, input, base, mapped)) {
      const members = yield [template.members, { input, variables }];
      if (members instanceof TemplateError)
        mapped.push({ problem: `${members.pointer}: ${members.message}` });
      else
        mapped.push({
          touchpoint: {
            specversion: '1.0',
            id: idOf(unit, template, variables),
            source,
            ...(members as JsonObject),
          },
        });
    }
  }
  return mapped;
}

type Variables = Scope['variables'];

/** What a template is filled in with: once, or once for every item of its list; only where its condition holds. */
function* scopesOf(
  template: Compiled,
  input: Scope['input'],
  base: Variables,
  mapped: Mapped[],
): Generator<readonly [Template, Scope], readonly Variables[], unknown> {
  const { when, each } = template;
  const items = each === undefined ? [base] : itemsOf(yield [each, { input, variables: base }], base);
  if (items instanceof TemplateError) {
    mapped.push({ problem: `${items.pointer}: ${items.message}` });
    return [];
  }
  const wanted: Variables[] = [];
  for (const variables of items) {
    const holds = when === undefined ? true : yield [when, { input, variables }];
    if (holds instanceof TemplateError) mapped.push({ problem: `${holds.pointer}: ${holds.message}` });
    else if (holds === true) wanted.push(variables);
  }
  return wanted;
}

function itemsOf(value: unknown, base: Variables): readonly Variables[] | TemplateError {
  if (value instanceof TemplateError) return value;
  const items: readonly unknown[] = value === undefined ? [] : Array.isArray(value) ? value : [value];
  return items.map((item, index) => ({ ...base, item, index }));
}

function idOf(unit: Unit, template: Compiled, variables: Scope['variables']): string {
  const index = template.each === undefined ? [] : [String(Number(variables['index']) + 1)];
  return [unit.identity, ...(template.name === '' ? [] : [template.name]), ...index].join('/');
}

function mapNow(plan: Plan, unit: Unit): readonly Mapped[] {
  const steps = walk(plan, unit);
  let step = steps.next();
  while (!step.done) {
    const [template, scope] = step.value;
    step = steps.next(outcomeOf(() => template.fill(scope)));
  }
  return step.value;
}

async function mapSlowly(plan: Plan, unit: Unit): Promise<readonly Mapped[]> {
  const steps = walk(plan, unit);
  let step = steps.next();
  while (!step.done) {
    const [template, scope] = step.value;
    step = steps.next(
      template.native
        ? outcomeOf(() => template.fill(scope))
        : await template.fillSlowly(scope).catch(failureOf),
    );
  }
  return step.value;
}

function outcomeOf(fill: () => unknown): unknown {
  try {
    return fill();
  } catch (error) {
    return failureOf(error);
  }
}

function failureOf(error: unknown): TemplateError {
  if (error instanceof TemplateError) return error;
  throw error;
}
