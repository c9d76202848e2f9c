import { ExpressionError, type MappingFunction } from './functions.js';

/** What an expression sees: the row (or group) and the variables `$row` (its identity), `$item` and `$index`. */
export interface Scope {
  readonly input: Readonly<Record<string, unknown>>;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Evaluates in this thread without a promise. */
export type NativeExpression = (scope: Scope) => unknown;

/** The part of JSONata's syntax tree that is looked at here. */
export interface SyntaxNode {
  readonly type: string;
  readonly value?: unknown;
  readonly steps?: readonly SyntaxNode[];
  readonly lhs?: SyntaxNode;
  readonly rhs?: SyntaxNode;
  readonly arguments?: readonly SyntaxNode[];
  readonly procedure?: SyntaxNode;
  readonly condition?: SyntaxNode;
  readonly then?: SyntaxNode;
  readonly else?: SyntaxNode;
  readonly expressions?: readonly SyntaxNode[];
}

/** Thrown while compiling: the expression uses more of JSONata than is done here. */
class NotNative extends Error {}

const NODE_MEMBERS = new Set([
  'type',
  'value',
  'position',
  'steps',
  'lhs',
  'rhs',
  'arguments',
  'procedure',
  'condition',
  'then',
  'else',
  'expressions',
]);

/** Whether a node has a part (a filter, an order, a group …) that is not looked at here. */
const saysMore = (node: SyntaxNode): boolean =>
  Object.entries(node).some(([member, value]) => value !== undefined && !NODE_MEMBERS.has(member));

/**
 * Compiles the plain part of JSONata (columns, literals, `&`, comparisons, arithmetic, `and`, `or`, `in`, conditions and
 * the functions of mappings) to closures, with JSONata's meaning; undefined for anything beyond it. Importing is bound by
 * this: JSONata's own evaluator makes a promise at every node, about a hundred times the work.
 */
export function compileNative(
  node: SyntaxNode,
  functions: Readonly<Record<string, MappingFunction>>,
): NativeExpression | undefined {
  const all = { ...plainFunctions, ...functions };
  try {
    return compile(node, all);
  } catch (error) {
    if (error instanceof NotNative) return undefined;
    throw error;
  }
}

function compile(
  node: SyntaxNode | undefined,
  functions: Readonly<Record<string, MappingFunction>>,
): NativeExpression {
  if (node === undefined || saysMore(node)) throw new NotNative();
  const inner = (child: SyntaxNode | undefined): NativeExpression => compile(child, functions);
  switch (node.type) {
    case 'string':
    case 'number':
    case 'value': {
      const value = node.value;
      return () => value;
    }
    case 'path':
      return column(node);
    case 'variable': {
      const name = String(node.value);
      if (name !== 'item' && name !== 'index' && name !== 'row') throw new NotNative();
      return ({ variables }) => variables[name];
    }
    case 'block':
      if (node.expressions?.length !== 1) throw new NotNative();
      return inner(node.expressions[0]);
    case 'unary':
      return list(node, inner);
    case 'condition':
      return conditional(
        inner(node.condition),
        inner(node.then),
        node.else === undefined ? () => undefined : inner(node.else),
      );
    case 'binary':
      return node.value === 'in'
        ? membership(inner(node.lhs), node.rhs, inner)
        : binary(String(node.value), inner(node.lhs), inner(node.rhs));
    case 'function':
      return call(node, functions, inner);
    default:
      throw new NotNative();
  }
}

function column(node: SyntaxNode): NativeExpression {
  const [step, ...more] = node.steps ?? [];
  if (step?.type !== 'name' || more.length > 0 || saysMore(step)) throw new NotNative();
  const name = String(step.value);
  return ({ input }) => {
    const value = Object.hasOwn(input, name) ? input[name] : undefined;
    if (typeof value === 'object' && value !== null)
      throw new ExpressionError(`the column ${name} is not a plain value: write [${name}] or a path into it`);
    return value;
  };
}

/** A list as JSONata's `[a, b]` makes it: what is not there is left out. */
function list(node: SyntaxNode, inner: (node: SyntaxNode) => NativeExpression): NativeExpression {
  if (node.value !== '[' || node.expressions === undefined) throw new NotNative();
  const items = node.expressions.map(inner);
  return (scope) => items.map((item) => item(scope)).filter((value) => value !== undefined);
}

function conditional(
  test: NativeExpression,
  then: NativeExpression,
  otherwise: NativeExpression,
): NativeExpression {
  return (scope) => (truth(test(scope)) ? then(scope) : otherwise(scope));
}

function membership(
  left: NativeExpression,
  list: SyntaxNode | undefined,
  inner: (node: SyntaxNode) => NativeExpression,
): NativeExpression {
  if (list?.type !== 'unary' || list.value !== '[' || list.expressions === undefined) throw new NotNative();
  const items = list.expressions.map(inner);
  return (scope) => {
    const value = left(scope);
    return value !== undefined && items.some((item) => item(scope) === value);
  };
}

function call(
  node: SyntaxNode,
  functions: Readonly<Record<string, MappingFunction>>,
  inner: (node: SyntaxNode) => NativeExpression,
): NativeExpression {
  const name = node.procedure?.type === 'variable' ? String(node.procedure.value) : '';
  const own = Object.hasOwn(functions, name) ? functions[name] : undefined;
  const given = node.arguments ?? [];
  // With an argument left out JSONata would pass the row itself: leave that to JSONata.
  if (own === undefined || given.length === 0) throw new NotNative();
  if (Object.hasOwn(plainFunctions, name) && given.length !== own.length) throw new NotNative();
  const values = given.map(inner);
  return (scope) => own(...values.map((value) => value(scope)));
}

function binary(operator: string, left: NativeExpression, right: NativeExpression): NativeExpression {
  switch (operator) {
    case '&':
      return (scope) => asText(left(scope)) + asText(right(scope));
    case '=':
    case '!=':
      return (scope) => equality(operator, left(scope), right(scope));
    case 'and':
      return (scope) => truth(left(scope)) && truth(right(scope));
    case 'or':
      return (scope) => truth(left(scope)) || truth(right(scope));
    case '+':
    case '-':
    case '*':
      return (scope) => arithmetic(operator, left(scope), right(scope));
    case '<':
    case '<=':
    case '>':
    case '>=':
      return (scope) => comparison(operator, left(scope), right(scope));
    default:
      throw new NotNative();
  }
}

function equality(operator: '=' | '!=', a: unknown, b: unknown): boolean {
  if (a === undefined || b === undefined) return false;
  return operator === '=' ? a === b : a !== b;
}

function arithmetic(operator: '+' | '-' | '*', a: unknown, b: unknown): number | undefined {
  const wrong = [a, b].some((value) => value !== undefined && typeof value !== 'number');
  if (wrong) throw new ExpressionError('arithmetic needs numbers: convert a column with $number(…)');
  if (typeof a !== 'number' || typeof b !== 'number') return undefined;
  const result = operator === '+' ? a + b : operator === '-' ? a - b : a * b;
  if (!Number.isFinite(result)) throw new ExpressionError('the number is out of range');
  return result;
}

function comparison(operator: '<' | '<=' | '>' | '>=', a: unknown, b: unknown): boolean | undefined {
  const plain = [a, b].every(
    (value) => value === undefined || typeof value === 'number' || typeof value === 'string',
  );
  if (!plain) throw new ExpressionError('a comparison needs two numbers or two texts');
  if (a === undefined || b === undefined) return undefined;
  if (typeof a !== typeof b)
    throw new ExpressionError(
      'a comparison needs two numbers or two texts: convert a column with $number(…)',
    );
  const [x, y] = [a as string, b as string];
  return operator === '<' ? x < y : operator === '<=' ? x <= y : operator === '>' ? x > y : x >= y;
}

/** JSONata's cast to boolean, for plain values. */
const truth = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== '' && value !== 0 && value !== false;

/** JSONata's `$string`, for plain values. */
function asText(value: unknown): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number')
    return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(15)));
  if (value === null || typeof value === 'boolean') return String(value);
  throw new ExpressionError('only plain values can be joined with &');
}

const JSONATA_NUMBER = /^(?:-?\d+(?:\.\d+)?(?:[Ee][-+]?\d+)?|0[xX][\da-fA-F]+|0[oO][0-7]+|0[bB][01]+)$/;

function numberOf(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string' && JSONATA_NUMBER.test(value) && Number.isFinite(Number(value)))
    return Number(value);
  throw new ExpressionError('$number needs a number');
}

const onText =
  (name: string, change: (text: string) => string) =>
  (value: unknown): string | undefined => {
    if (value === undefined) return undefined;
    if (typeof value === 'string') return change(value);
    throw new ExpressionError(`${name} needs a text`);
  };

/** JSONata's own functions that are done here, each with exactly as many arguments as it has parameters. */
const plainFunctions: Readonly<Record<string, MappingFunction>> = {
  number: (value: unknown) => numberOf(value),
  trim: onText('$trim', (text) => text.replace(/[ \t\n\r]+/gm, ' ').replace(/^ | $/g, '')),
  lowercase: onText('$lowercase', (text) => text.toLowerCase()),
  uppercase: onText('$uppercase', (text) => text.toUpperCase()),
  not: (value: unknown) => (value === undefined ? undefined : !truth(value)),
  exists: (value: unknown) => value !== undefined,
};
