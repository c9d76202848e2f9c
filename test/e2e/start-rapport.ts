import { jest } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer, type RunningServer, type ServerOptions } from '@rapport/api';
import { openEmbedded, type Rapport } from '@rapport/profiles';

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

/** Starts a server over an empty ledger. */
export async function startRapport(options: Options = {}): Promise<StartedRapport> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rapport-'));
  let server = await serve(dataDir, options);
  return {
    get url() {
      return server.url;
    },
    async restart() {
      await server.close();
      server = await serve(dataDir, options);
    },
    async close() {
      await server.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function serve(dataDir: string, options: Options): Promise<RunningServer> {
  const rapport = await openProfile(dataDir);
  return startServer({ ...options, rapport });
}

/** The profile that the specs run on: one place, so that the same specs can run on another. */
const openProfile = (dataDir: string): Promise<Rapport> => openEmbedded({ dataDir, projector: 'inline' });
