import { openEmbedded } from './embedded.js';
import type { Configuration } from './production/configuration.js';
import type { EmbeddedOptions, Rapport } from './rapport.js';

/** What a ledger is opened for. */
export type Use =
  /** To read beside whoever writes. */
  | 'read'
  /** To record a little, as a command does. */
  | 'write'
  /** To record much. */
  | 'import'
  /** To answer the requests of others. */
  | 'serve';

const EMBEDDED: Readonly<Record<Use, Pick<EmbeddedOptions, 'readOnly' | 'projector'>>> = {
  read: { readOnly: true, projector: 'none' },
  write: { projector: 'inline' },
  import: { projector: 'thread' },
  serve: { projector: 'thread' },
};

/**
 * Opens the profile that is configured. What production needs is loaded only there.
 * @throws RapportError as {@link openEmbedded}; `STORE_UNAVAILABLE` when a server does not answer
 * @example
 * const rapport = await openRapport(configurationOf(process.env), 'serve');
 */
export async function openRapport(configuration: Configuration, use: Use): Promise<Rapport> {
  if (configuration.profile === 'embedded') return openEmbedded({ ...configuration, ...EMBEDDED[use] });
  const { openProduction } = await import('./production/open-production.js');
  return openProduction(configuration, { readOnly: use === 'read' });
}
