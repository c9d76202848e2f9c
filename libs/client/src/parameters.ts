/** Parameters of a question by name; a list is sent comma-separated. */
export interface Parameters {
  readonly [name: string]: string | number | boolean | readonly string[] | null | undefined;
}

/** Parameters as they stand in an address; what is not given is left out. */
export function parameters(query: Parameters): Readonly<Record<string, string>> {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(
    given.map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : String(value)]),
  );
}

/** Address of something about a party. */
export const partyPath = (party: string, rest: string): string =>
  `/v1/parties/${encodeURIComponent(party)}${rest}`;
