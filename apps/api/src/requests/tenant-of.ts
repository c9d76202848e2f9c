import { RapportError } from '@rapport/kernel';
import type { FastifyRequest } from 'fastify';

/** Names the tenant of a request. */
export const TENANT_HEADER = 'rapport-tenant';

/** The tenant that a request names by header or query. @throws RapportError `INVALID_TENANT` when both disagree */
export function tenantOf(
  request: FastifyRequest,
  fromQuery: string | undefined,
  defaultTenant: string,
): string {
  const fromHeader = request.headers[TENANT_HEADER];
  if (fromHeader === undefined) return fromQuery ?? defaultTenant;
  if (
    typeof fromHeader !== 'string' ||
    fromHeader === '' ||
    (fromQuery !== undefined && fromQuery !== fromHeader)
  ) {
    throw new RapportError(
      'INVALID_TENANT',
      'The header Rapport-Tenant and the parameter `tenant` must name one tenant.',
    );
  }
  return fromHeader;
}
