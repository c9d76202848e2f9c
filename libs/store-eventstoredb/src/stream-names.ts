/**
 * What the names of a tenant's streams begin with. Names of tenants have no dot, so no tenant's prefix begins another's.
 */
export const prefixOf = (tenant: string): string => `${tenant}.`;

/** A stream with a category in front: `relationship/42`. The server takes what stands before the first `-` for the category. */
const WITH_CATEGORY = /^([^-./$]+)\/([^]*)$/;

/**
 * The name that a stream has in the server: `<tenant>.<category>-<id>`. One that has no category, or none that may stand
 * there, is kept whole behind an empty category.
 * @example streamNameOf('main', 'relationship/42') // 'main.relationship-42'
 */
export function streamNameOf(tenant: string, stream: string): string {
  const [, category, id] = WITH_CATEGORY.exec(stream) ?? [];
  const rest = category === undefined ? `-${stream}` : `${category}-${id}`;
  return `${prefixOf(tenant)}${rest}`;
}

/** The stream of a name that {@link streamNameOf} made for the tenant; undefined for any other name. */
export function streamOfName(tenant: string, name: string): string | undefined {
  const prefix = prefixOf(tenant);
  if (!name.startsWith(prefix)) return undefined;
  const dash = name.indexOf('-', prefix.length);
  if (dash < 0) return undefined;
  if (dash === prefix.length) return name.slice(dash + 1);
  return `${name.slice(prefix.length, dash)}/${name.slice(dash + 1)}`;
}
