import { RapportError } from '@rapport/kernel';
import {
  configurationOf,
  holderOf,
  openRapport,
  type Configuration,
  type Holder,
  type Rapport,
  type Use,
} from '@rapport/profiles';
import type { Invocation } from '../invocation.js';

/** What a command is told of where the ledger is and how it may be used. */
export type Opening = Pick<Invocation, 'dataDir' | 'keysDir' | 'environment'>;

/** Everything that says where the ledger is, checked. @throws RapportError `INVALID_CONFIGURATION` */
export const configurationFor = ({ dataDir, keysDir, environment }: Opening): Configuration =>
  configurationOf(environment, { dataDir, keysDir });

/** Opens the ledgers of the profile that is configured. @throws RapportError as `openRapport` */
export const opened = async (opening: Opening, use: Use): Promise<Rapport> =>
  openRapport(configurationFor(opening), use);

/** Who holds the ledger for writing, so that others go through it: nobody in production, where all write side by side. */
export async function holderFor(opening: Opening): Promise<Holder | undefined> {
  const configuration = configurationFor(opening);
  return configuration.profile === 'embedded' ? holderOf(configuration.dataDir) : undefined;
}

/** Whether somebody keeps the views up to date now, as workers do in production. */
export async function isKept(opening: Opening): Promise<boolean> {
  return configurationFor(opening).profile === 'production' || (await holderFor(opening)) !== undefined;
}

/**
 * The options with which a command opens the data folder: for what only a folder has.
 * @throws RapportError `INVALID_CONFIGURATION`, also in production
 */
export function openingOf(opening: Opening): Extract<Configuration, { readonly profile: 'embedded' }> {
  const configuration = configurationFor(opening);
  if (configuration.profile === 'embedded') return configuration;
  throw new RapportError(
    'INVALID_CONFIGURATION',
    'This works on a data folder, and RAPPORT_PROFILE is "production", where there is none: docs/how-to/run-in-production.md says what stands in for it.',
  );
}
