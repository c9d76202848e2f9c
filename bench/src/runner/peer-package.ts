import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const manifest = new URL('../../peer/package.json', import.meta.url);

/** Installs the peer where it stands, from its own lock file, unless that was done before. */
export function installPeer(): void {
  const folder = fileURLToPath(new URL('.', manifest));
  if (existsSync(new URL('node_modules/sqlite3/build', manifest))) return;
  process.stderr.write('installing the peer (its driver is compiled: this takes minutes, once)\n');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error('the peer could not be installed: see the messages of npm above');
}

/** What we use of @event-driven-io/emmett-sqlite 0.38.5. */
export interface PeerPackage {
  readonly sqliteConnection: (options: { readonly fileName: string }) => PeerConnection;
  readonly getSQLiteEventStore: (options: {
    readonly fileName: string;
    readonly connectionOptions?: { readonly singleton: true; readonly connection: PeerConnection };
  }) => PeerStore;
}

export interface PeerConnection {
  querySingle<T>(sql: string): Promise<T | null>;
  close(): void;
}

export interface PeerStore {
  appendToStream(
    stream: string,
    events: readonly { readonly type: string; readonly data: unknown }[],
    options?: { readonly expectedStreamVersion: bigint },
  ): Promise<unknown>;
}

/** Loads the installed peer. */
export async function loadPeer(): Promise<PeerPackage> {
  const entry = createRequire(manifest).resolve('@event-driven-io/emmett-sqlite');
  return (await import(pathToFileURL(entry.replace(/\.cjs$/, '.js')).href)) as PeerPackage;
}
