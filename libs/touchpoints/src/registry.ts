import { compareText, type Kinds } from '@rapport/kernel';
import type { DefinedKind } from './define-kind.js';
import * as registered from './kinds.js';

/** Every registered kind together with its payload class, in the order of their types. */
export const definedKinds: readonly DefinedKind[] = Object.values(registered).sort((a, b) =>
  compareText(a.type, b.type),
);

const byType: ReadonlyMap<string, DefinedKind> = new Map(definedKinds.map((kind) => [kind.type, kind]));

/** The registry of kinds. @example kinds.get('rapport.sale.SaleCompleted.v1') */
export const kinds: Kinds = { all: definedKinds, get: (type) => byType.get(type) };
