import { connect } from 'node:net';

const DEFAULTS = {
  RAPPORT_TEST_EVENTSTOREDB: 'esdb://127.0.0.1:2113?tls=false',
  RAPPORT_TEST_MONGODB: 'mongodb://127.0.0.1:27017',
} as const;
const CONNECT_MS_MAX = 2_000;

/**
 * The address of an EventStoreDB for specs: `RAPPORT_TEST_EVENTSTOREDB`, or the usual one, when something answers there.
 * Otherwise undefined, after a line that says what is skipped.
 * @example
 * const url = await eventStoreDbForTests();
 * (url === undefined ? describe.skip : describe)('the store', () => …);
 */
export const eventStoreDbForTests = (): Promise<string | undefined> =>
  answering('RAPPORT_TEST_EVENTSTOREDB', 'EventStoreDB');

/** The address of a MongoDB for specs: as {@link eventStoreDbForTests}, from `RAPPORT_TEST_MONGODB`. */
export const mongoDbForTests = (): Promise<string | undefined> =>
  answering('RAPPORT_TEST_MONGODB', 'MongoDB');

/** The command that starts an EventStoreDB on a port and a data folder, for specs that kill or freeze one. */
export const eventStoreDbStarter = (): string | undefined =>
  commandIn('RAPPORT_TEST_EVENTSTOREDB_START', 'EventStoreDB');

/** The command that starts a MongoDB on a port and a data file, for specs that kill or freeze one. */
export const mongoDbStarter = (): string | undefined => commandIn('RAPPORT_TEST_MONGODB_START', 'MongoDB');

async function answering(variable: keyof typeof DEFAULTS, name: string): Promise<string | undefined> {
  const url = process.env[variable] ?? DEFAULTS[variable];
  const where = hostOf(url);
  if (where !== undefined && (await accepts(where))) return url;
  sayOnce(`skipped: what needs ${name}, since none answers at ${where?.host ?? 'its address'} (${variable})`);
  return undefined;
}

function commandIn(variable: string, name: string): string | undefined {
  const command = process.env[variable];
  if (command === undefined || command === '') {
    sayOnce(`skipped: what kills or freezes ${name}, since ${variable} names no command that starts one`);
    return undefined;
  }
  return command;
}

/** The first host of an address; what else stands in it, a password above all, is never shown. */
function hostOf(
  url: string,
): { readonly host: string; readonly name: string; readonly port: number } | undefined {
  const [, host, port] = /^[a-z+]+:\/\/(?:[^@/]*@)?([^:/?,]+):?(\d+)?/.exec(url) ?? [];
  if (host === undefined) return undefined;
  const usual = url.startsWith('mongodb') ? 27_017 : 2_113;
  const number = port === undefined ? usual : Number(port);
  return { host: `${host}:${number}`, name: host, port: number };
}

function accepts({ name, port }: { readonly name: string; readonly port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: name, port, timeout: CONNECT_MS_MAX });
    const end = (answers: boolean) => (): void => {
      socket.destroy();
      resolve(answers);
    };
    socket.once('connect', end(true)).once('timeout', end(false)).once('error', end(false));
  });
}

const said = new Set<string>();

function sayOnce(line: string): void {
  if (said.has(line)) return;
  said.add(line);
  process.stderr.write(`${line}\n`);
}
