import {
  type Expression,
  type ExpressionCompiler,
  ExpressionError,
  reasonOf,
  type Scope,
} from './expression.js';

/** Where a template failed, and why. */
export class TemplateError extends Error {
  constructor(
    readonly pointer: string,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(reason, options);
  }
}

/**
 * A compiled template: JSON in which a text that begins with `=` is an expression and everything else stands for itself.
 * A member whose expression gives nothing is left out; so is an item of a list.
 */
export interface Template {
  /** Whether it can be filled in without waiting. */
  readonly native: boolean;
  /** @throws TemplateError; only for native templates */
  readonly fill: (scope: Scope) => unknown;
  /** @throws TemplateError */
  readonly fillSlowly: (scope: Scope) => Promise<unknown>;
}

type Node = (scope: Scope, answers: ReadonlyMap<Expression, unknown>) => unknown;

/** @throws TemplateError with the pointer of an expression that is none */
export function compileTemplate(source: unknown, compiler: ExpressionCompiler, pointer: string): Template {
  const general: { readonly expression: Expression & { how: 'general' }; readonly pointer: string }[] = [];
  const root = compileNode(source, pointer);

  function compileNode(value: unknown, at: string): Node {
    if (typeof value === 'string' && value.startsWith('=')) return leaf(value.slice(1), at);
    if (Array.isArray(value)) return list(value.map((item, index) => compileNode(item, `${at}/${index}`)));
    if (typeof value === 'object' && value !== null)
      return object(
        Object.entries(value).map(([name, member]) => [name, compileNode(member, `${at}/${name}`)] as const),
      );
    return () => value;
  }

  function leaf(text: string, at: string): Node {
    const expression = compileAt(text, at, compiler);
    if (expression.how === 'general') {
      general.push({ expression, pointer: at });
      return (_scope, answers) => answers.get(expression);
    }
    return (scope) => attempt(at, () => expression.evaluate(scope));
  }

  return {
    native: general.length === 0,
    fill: (scope) => root(scope, NO_ANSWERS),
    fillSlowly: async (scope) => {
      const answers = new Map<Expression, unknown>();
      for (const { expression, pointer: at } of general) {
        try {
          answers.set(expression, await expression.evaluate(scope));
        } catch (error) {
          throw new TemplateError(at, reasonOf(error), { cause: error });
        }
      }
      return root(scope, answers);
    },
  };
}

const NO_ANSWERS: ReadonlyMap<Expression, unknown> = new Map();

const list =
  (items: readonly Node[]): Node =>
  (scope, answers) =>
    items.map((item) => item(scope, answers)).filter((value) => value !== undefined);

const object =
  (members: readonly (readonly [string, Node])[]): Node =>
  (scope, answers) => {
    const filled: Record<string, unknown> = {};
    for (const [name, node] of members) {
      const value = node(scope, answers);
      if (value !== undefined) filled[name] = value;
    }
    return filled;
  };

function compileAt(text: string, pointer: string, compiler: ExpressionCompiler): Expression {
  try {
    return compiler.compile(text);
  } catch (error) {
    throw new TemplateError(
      pointer,
      error instanceof ExpressionError ? error.message : 'it cannot be compiled',
      { cause: error },
    );
  }
}

function attempt(pointer: string, run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    throw new TemplateError(pointer, reasonOf(error), { cause: error });
  }
}
