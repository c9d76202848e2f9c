import { RapportError } from '@rapport/kernel';
import type { FastifyRequest } from 'fastify';
import { queryPipe } from './query.pipe.js';

const pipe = queryPipe();
const PARAMETERS_MAX = 50;

/** Parameters of a route, apart from those whose names only a view or an analysis knows. */
export interface DynamicQuery<T> {
  readonly known: T;
  readonly others: ReadonlyMap<string, string>;
}

/**
 * Reads a query of which some parameters stand in a class and the others are named by data.
 * @throws RapportError `INVALID_QUERY`
 */
export async function dynamicQuery<T extends object>(
  request: FastifyRequest,
  type: new () => T,
  knownNames: ReadonlySet<string>,
): Promise<DynamicQuery<T>> {
  const known: Record<string, unknown> = {};
  const others = new Map<string, string>();
  const parameters = Object.entries(request.query as Record<string, unknown>);
  if (parameters.length > PARAMETERS_MAX)
    throw new RapportError('INVALID_QUERY', `At most ${PARAMETERS_MAX} query parameters are taken.`);
  for (const [name, value] of parameters) {
    if (knownNames.has(name)) known[name] = value;
    else if (typeof value === 'string') others.set(name, value);
    else
      throw new RapportError('INVALID_QUERY', `${name.slice(0, 60)} stands more than once: give it once.`, {
        facts: { parameters: name.slice(0, 60) },
      });
  }
  return { known: (await pipe.transform(known, { type: 'query', metatype: type })) as T, others };
}
