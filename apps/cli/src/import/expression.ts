import jsonata from 'jsonata';
import { mappingFunctions, reasonOf, ExpressionError, type MappingFunction } from './functions.js';
import { compileNative, type NativeExpression, type Scope, type SyntaxNode } from './native-expression.js';

export type { Scope } from './native-expression.js';

/** A compiled expression: `native` answers at once, `general` through JSONata's own evaluator. Both mean the same. */
export type Expression =
  | { readonly how: 'native'; readonly evaluate: NativeExpression }
  | { readonly how: 'general'; readonly evaluate: (scope: Scope) => Promise<unknown> };

/** Compiles expressions once, with the functions of a mapping. */
export interface ExpressionCompiler {
  /** @throws ExpressionError when the text is not JSONata */
  readonly compile: (text: string) => Expression;
}

/**
 * A compiler of JSONata expressions for mappings. Expressions made of columns, literals and plain functions run natively.
 * @param zone time zone of `$date` unless it is given one
 */
export function expressionCompiler(zone: string): ExpressionCompiler {
  const functions = mappingFunctions(zone);
  return { compile: (text) => compileWith(functions, text) };
}

function compileWith(functions: Readonly<Record<string, MappingFunction>>, text: string): Expression {
  const parsed = parse(text);
  const native = compileNative(parsed.ast() as unknown as SyntaxNode, functions);
  return native === undefined
    ? { how: 'general', evaluate: general(parsed, functions) }
    : { how: 'native', evaluate: native };
}

/** The general way alone, to compare the native one with. */
export function generalExpression(zone: string, text: string): (scope: Scope) => Promise<unknown> {
  return general(parse(text), mappingFunctions(zone));
}

function parse(text: string): jsonata.Expression {
  try {
    return jsonata(text);
  } catch (error) {
    const at =
      typeof error === 'object' && error !== null && 'position' in error
        ? ` at character ${String(error.position)}`
        : '';
    throw new ExpressionError(
      `not a JSONata expression${at}: ${error instanceof Error || (typeof error === 'object' && error !== null && 'message' in error) ? String(error.message) : 'it cannot be read'}`,
    );
  }
}

function general(
  parsed: jsonata.Expression,
  functions: Readonly<Record<string, MappingFunction>>,
): (scope: Scope) => Promise<unknown> {
  for (const [name, own] of Object.entries(functions)) parsed.registerFunction(name, own);
  return async ({ input, variables }) => {
    const value: unknown = await parsed.evaluate(input, { ...variables });
    // JSONata marks its sequences with hidden members: what leaves here is plain JSON.
    return typeof value === 'object' && value !== null
      ? (JSON.parse(JSON.stringify(value)) as unknown)
      : value;
  };
}

export { ExpressionError, reasonOf };
