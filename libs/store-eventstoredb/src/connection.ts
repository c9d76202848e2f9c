import { EventStoreDBClient } from '@eventstore/db-client';
import { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { RapportError } from '@rapport/kernel';
import { failureOf } from './failures.js';

const BATCH_APPEND = '/event_store.client.streams.Streams/BatchAppend';
const READ = '/event_store.client.streams.Streams/Read';
/** Messages are encoded and decoded in `wire/`. */
const asIs = (bytes: Buffer): Buffer => bytes;
/** A connection that went silent is found dead within 15 s. Pings more often than its default make the client complain. */
const KEEP_ALIVE_TIMEOUT_MS = 5_000;
/** Options of an address that the client knows. Others it prints with the address and its password, so they are refused. */
const OPTIONS = new Set(
  'connectionname defaultdeadline discoveryinterval gossiptimeout keepaliveinterval keepalivetimeout maxdiscoverattempts nodepreference throwonappendfailure tls tlscafile usercertfile userkeyfile'.split(
    ' ',
  ),
);

/** What appends are written to and answers come back on. */
export type AppendCall = Awaited<ReturnType<OpenClient['appends']>>;
/** What events come in on. */
export type ReadCall = Awaited<ReturnType<OpenClient['read']>>;

/**
 * The client's connection (discovery, TLS, credentials, reconnection) without its calls. Those keep what is under way in one
 * table of the module, so that one failing stream rejects the appends of another and an answer to those ends the process
 * (6.2.1, `batchAppend`); and they parse what they read, so that a body does not come back to the byte.
 */
class OpenClient extends EventStoreDBClient {
  /** @throws Error as the client words it, its address in it */
  static to(url: string): OpenClient {
    // The client makes itself from an address only as itself.
    return Object.setPrototypeOf(
      EventStoreDBClient.connectionString(url),
      OpenClient.prototype,
    ) as OpenClient;
  }

  appends() {
    return this.GRPCStreamCreator(StreamsClient, 'append', (client) =>
      client.makeBidiStreamRequest(BATCH_APPEND, asIs, asIs, ...this.withoutDeadline()),
    )();
  }

  read(request: Buffer) {
    return this.GRPCStreamCreator(StreamsClient, 'read', (client) =>
      client.makeServerStreamRequest(READ, asIs, asIs, request, ...this.withoutDeadline()),
    )();
  }

  async version(): Promise<string> {
    return (await this.capabilities).serverVersion;
  }

  async closeChannel(): Promise<void> {
    (await this.getChannel()).close();
  }

  /** Those who call have time-outs of their own: the client's is not kept by a server that is frozen. */
  private withoutDeadline() {
    return this.callArguments({ requiresLeader: true }, { deadline: Infinity });
  }
}

/** One connection, shared by all stores of a process that have the same address. */
export class Connection {
  private users = 0;
  private wasUsed = false;

  constructor(
    private readonly client: OpenClient,
    private readonly onUnused: () => void,
  ) {}

  /** Opens a stream that appends are written to. @throws RapportError | Interrupted */
  appends(): Promise<AppendCall> {
    return this.opened(this.client.appends(), 'append');
  }

  /** Begins a read. @throws RapportError | Interrupted */
  read(request: Buffer): Promise<ReadCall> {
    return this.opened(this.client.read(request), 'read');
  }

  /** The server's version, such as `24.2.0`. @throws RapportError | Interrupted */
  version(): Promise<string> {
    return this.opened(this.client.version(), 'tell its version');
  }

  /** One more store uses it. */
  hold(): this {
    this.users++;
    return this;
  }

  /** A store does not use it any more; the last one closes it. */
  async release(): Promise<void> {
    if (--this.users > 0) return;
    this.onUnused();
    if (this.wasUsed) await this.client.closeChannel();
  }

  private async opened<T>(opening: Promise<T>, doing: string): Promise<T> {
    this.wasUsed = true;
    try {
      return await opening;
    } catch (error) {
      throw failureOf(error, doing);
    }
  }
}

const connections = new Map<string, Connection>();

/**
 * The connection to a server, made unless this process has it already.
 * @throws RapportError `INVALID_CONFIGURATION`
 */
export function connectionTo(url: string): Connection {
  const known = connections.get(url);
  if (known !== undefined) return known.hold();
  const made = new Connection(clientFor(url), () => connections.delete(url));
  connections.set(url, made);
  return made.hold();
}

function clientFor(address: string): OpenClient {
  // The client takes a separator too many for part of an option's name, and prints the address with its password.
  const url = address
    .replace(/\?&+/, '?')
    .replace(/&{2,}/g, '&')
    .replace(/[?&]+$/, '');
  const query = new URLSearchParams(url.replace(/^[^?]*\??/, ''));
  for (const option of query.keys())
    if (!OPTIONS.has(option.toLowerCase().replace(/[_-]/g, '')))
      throw new RapportError(
        'INVALID_CONFIGURATION',
        `The address of EventStoreDB has an option ${option} that its client does not know: leave it out.`,
      );
  const separator = query.size === 0 ? '?' : '&';
  const withTimeout = /[?&]keep_?-?alive_?-?timeout=/i.test(url)
    ? url
    : `${url}${separator}keepAliveTimeout=${KEEP_ALIVE_TIMEOUT_MS}`;
  try {
    return OpenClient.to(withTimeout);
  } catch {
    // Its own message would show the password that may stand in the address.
    throw new RapportError(
      'INVALID_CONFIGURATION',
      'The address of EventStoreDB is not one: write esdb://user:password@host:2113, with ?tls=false where the server has no certificate, and check the files it names.',
    );
  }
}
