import { RapportError, parseTime } from '@rapport/kernel';

type Raw = Readonly<Record<string, string>>;

/** Refuses parameters that an analysis does not take. @throws RapportError `INVALID_QUERY` */
export function onlyTaken(raw: Raw, takes: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(raw)) {
    if (!Object.hasOwn(takes, name))
      throw invalid(name, `is not a parameter: there are ${Object.keys(takes).join(', ') || 'none'}`);
  }
}

/** A UTC day. @throws RapportError `INVALID_QUERY` */
export function dayParameter(raw: Raw, name: string): string {
  const text = raw[name];
  if (text === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(text) || !parseTime(`${text}T00:00:00Z`).ok)
    throw invalid(name, 'is a UTC day like 2026-01-31');
  return text;
}

/** A whole number, or the fallback where there is none. @throws RapportError `INVALID_QUERY` */
export function wholeParameter(raw: Raw, name: string, min: number, max: number, fallback?: number): number {
  const text = raw[name];
  if (text === undefined && fallback !== undefined) return fallback;
  const value = text === undefined || !/^\d{1,15}$/.test(text) ? Number.NaN : Number(text);
  if (!(value >= min && value <= max)) throw invalid(name, `is a whole number from ${min} to ${max}`);
  return value;
}

/** One of several words, the first unless given. @throws RapportError `INVALID_QUERY` */
export function wordParameter<W extends string>(raw: Raw, name: string, words: readonly [W, ...W[]]): W {
  const text = raw[name];
  if (text === undefined) return words[0];
  const word = words.find((one) => one === text);
  if (word === undefined) throw invalid(name, `is one of ${words.join(', ')}`);
  return word;
}

/** An ISO 4217 currency; undefined where none is named. @throws RapportError `INVALID_QUERY` */
export function currencyParameter(raw: Raw, name: string): string | undefined {
  const text = raw[name];
  if (text !== undefined && !/^[A-Z]{3}$/.test(text))
    throw invalid(name, 'is a currency of three capital letters');
  return text;
}

const invalid = (name: string, must: string): RapportError =>
  new RapportError('INVALID_QUERY', `${name} ${must}.`, { pointer: `/${name}` });
