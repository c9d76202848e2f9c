import { kinds } from '@rapport/touchpoints';

/**
 * The full types, in every version, of the kinds with these short names.
 * @throws Error when a name is not in the registry: a view must never wait in silence for events that cannot come
 */
export function kindTypes(names: readonly string[]): readonly string[] {
  return names.flatMap((name) => {
    const types = kinds.all.filter((kind) => kind.name === name).map((kind) => kind.type);
    if (types.length === 0) throw new Error(`there is no kind ${name}`);
    return types;
  });
}

/** Every type that states a fact: all but corrections and voids, which are resolved in front of the views. */
export const factKinds: readonly string[] = kinds.all
  .filter((kind) => kind.effect !== 'correction' && kind.effect !== 'void')
  .map((kind) => kind.type);
