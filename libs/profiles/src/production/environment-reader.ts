import { readFileSync } from 'node:fs';
import { RapportError } from '@rapport/kernel';
import { VARIABLES, type Variable, type VariableName } from './variables.js';

/** Says what is wrong with a variable, and what to set; never what it holds, which may be a secret. */
export const invalid = (name: string, what: string): RapportError =>
  new RapportError('INVALID_CONFIGURATION', `${name} ${what}.`);

/** Reads variables one by one. An empty one is as good as none, as shells and compose files have it. */
export class EnvironmentReader {
  constructor(private readonly environment: Readonly<Record<string, string | undefined>>) {}

  text(name: VariableName): string | undefined {
    const own = this.environment[name] || undefined;
    const variable: Variable | undefined = VARIABLES.find((one) => one.name === name);
    const file = variable?.isSecret === true ? this.environment[`${name}_FILE`] || undefined : undefined;
    if (file === undefined) return own;
    if (own !== undefined) throw invalid(name, `is set, and so is ${name}_FILE: set one of them`);
    try {
      return readFileSync(file, 'utf8').trim() || undefined;
    } catch (cause) {
      const why = (cause as NodeJS.ErrnoException).code ?? 'unreadable';
      throw new RapportError(
        'INVALID_CONFIGURATION',
        `${name}_FILE names ${file}, which cannot be read (${why}): check the path and its permissions.`,
        { cause },
      );
    }
  }

  url(name: VariableName, pattern: RegExp, example: string): string {
    const url = this.text(name);
    if (url === undefined)
      throw invalid(name, `is not set: the production profile needs a connection string like ${example}`);
    if (!pattern.test(url)) throw invalid(name, `is not a connection string: set it to one like ${example}`);
    return url;
  }

  matching(name: VariableName, pattern: RegExp, like: string): string | undefined {
    const text = this.text(name);
    if (text !== undefined && !pattern.test(text)) throw invalid(name, `is not usable: set it to ${like}`);
    return text;
  }

  oneOf<T extends string>(name: VariableName, allowed: readonly [T, ...T[]]): T {
    const text = this.text(name);
    if (text === undefined) return allowed[0];
    const found = allowed.find((one) => one === text);
    if (found === undefined)
      throw invalid(name, `is not usable: set it to ${allowed.map((one) => `"${one}"`).join(' or ')}`);
    return found;
  }

  whole(name: VariableName, { min, max }: { readonly min: number; readonly max: number }): number {
    const variable: Variable | undefined = VARIABLES.find((one) => one.name === name);
    const text = this.text(name) ?? variable?.default ?? '';
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw invalid(name, `is not usable: set it to a whole number from ${min} to ${max}`);
  }

  list(name: VariableName, isValid: (one: string) => boolean, like: string): readonly string[] | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const items = text.split(',').map((one) => one.trim());
    if (!items.every(isValid)) throw invalid(name, `is not usable: set it to ${like}`);
    return items;
  }
}
