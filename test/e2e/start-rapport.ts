import { jest } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer, type RunningServer, type ServerOptions } from '@rapport/api';
import { openEmbedded, openRapport, startWorker, type Rapport } from '@rapport/profiles';
import { freshProduction } from '../production/fresh-production.js';

/** A busy machine is no failed spec: these talk to a real server over a real disk. */
jest.setTimeout(60_000);

/** A server over a ledger of its own, as the end-to-end specs see it: an address, and nothing of the profile below. */
export interface StartedRapport {
  readonly url: string;
  /** The same ledger under a new server. */
  restart(): Promise<void>;
  /** Stops the server and removes its ledger. */
  close(): Promise<void>;
}

type Options = Omit<Partial<ServerOptions>, 'rapport'>;

/** A profile that is set up for one spec. */
interface Place {
  open(): Promise<Rapport>;
  remove(): Promise<void>;
}

declare global {
  // The Jest project of production says so (see jest.config.js).
  var rapportProfile: 'production' | undefined;
}

/** Starts a server over an empty ledger. */
export async function startRapport(options: Options = {}): Promise<StartedRapport> {
  const place = globalThis.rapportProfile === 'production' ? await productionPlace() : await embeddedPlace();
  let server = await serve(place, options).catch(async (error: unknown) => {
    await place.remove();
    throw error;
  });
  return {
    get url() {
      return server.url;
    },
    async restart() {
      await server.close();
      server = await serve(place, options);
    },
    async close() {
      await server.close();
      await place.remove();
    },
  };
}

async function serve(place: Place, options: Options): Promise<RunningServer> {
  const rapport = await place.open();
  return startServer({ ...options, rapport }).catch(async (error: unknown) => {
    await rapport.close();
    throw error;
  });
}

async function embeddedPlace(): Promise<Place> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rapport-'));
  return {
    open: () => openEmbedded({ dataDir, projector: 'inline' }),
    remove: () => rm(dataDir, { recursive: true, force: true }),
  };
}

async function productionPlace(): Promise<Place> {
  const production = await freshProduction();
  const { configuration } = production;
  const worker = await startWorker(configuration);
  return {
    open: () => openRapport(configuration, 'serve'),
    async remove() {
      await worker.close();
      await production.drop();
    },
  };
}
