import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { configurationOf, VARIABLES } from '@rapport/profiles';
import { parse, type ParseOptions } from 'yaml';
import { ROOT } from '../cli/rapport-command.js';

// What can be seen of containers without running any. Attributes are those of the Compose specification.
const ATTRIBUTES_OF_A_SERVICE = new Set(
  `build cap_drop command depends_on deploy env_file environment healthcheck image init logging ports read_only restart
   secrets security_opt stop_grace_period tmpfs volumes`.split(/\s+/),
);
const PINNED = /^[a-z0-9./-]+:\d+\.\d+\.\d+(-[a-z]+)?$/;

interface Service {
  readonly image: string;
  readonly build?: string;
  readonly restart: string;
  readonly command?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes: readonly string[];
  readonly secrets?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly env_file?: string;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck: {
    readonly test: readonly string[];
    readonly interval: string;
    readonly retries: number;
  };
  readonly deploy: {
    readonly resources: { readonly limits: { readonly cpus: string; readonly memory: string } };
  };
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt: readonly string[];
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

/** `!reset` and `!override` say how files are merged; here each is read by itself. */
const AS_WRITTEN: ParseOptions & { readonly merge: boolean; readonly logLevel: 'error' } = {
  merge: true,
  logLevel: 'error',
};
const read = (name: string): string => readFileSync(join(ROOT, name), 'utf8');
const compose = parse(read('docker-compose.yml'), AS_WRITTEN) as Compose;
const development = parse(read('docker-compose.dev.yml'), AS_WRITTEN) as Pick<Compose, 'services'>;
const services = Object.entries(compose.services);
const ours = services.filter(([, { build }]) => build !== undefined);

describe('docker-compose.yml', () => {
  it('runs the two servers, the API and the worker, with attributes of the specification only', () => {
    expect(services.map(([name]) => name)).toEqual(['eventstoredb', 'mongodb', 'api', 'worker']);
    for (const file of [compose, development])
      for (const [name, service] of Object.entries(file.services))
        expect([name, Object.keys(service).filter((key) => !ATTRIBUTES_OF_A_SERVICE.has(key))]).toEqual([
          name,
          [],
        ]);
  });

  it.each(services)(
    'pins, limits, watches and restarts %s, and gives it to this machine alone',
    (_name, service) => {
      expect(service.image).toMatch(PINNED);
      expect(service.restart).toBe('unless-stopped');
      expect(service.deploy.resources.limits).toEqual({
        cpus: expect.stringMatching(/^\d+(\.\d+)?$/),
        memory: expect.stringMatching(/^\d+[mg]$/),
      });
      expect(service.healthcheck.test[0]).toBe('CMD');
      for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:[\d-]+:\d+$/);
      expect(service.security_opt).toContain('no-new-privileges:true');
    },
  );

  it.each(ours)('lets %s write nowhere but to its volume, without any right of root', (_name, service) => {
    expect([service.read_only, service.cap_drop]).toEqual([true, ['ALL']]);
    expect(service.volumes.filter((volume) => !volume.endsWith(':ro'))).toEqual([
      'keys:/var/lib/rapport/keys',
    ]);
    expect(Object.values(service.depends_on ?? {}).map(({ condition }) => condition)).toEqual([
      'service_healthy',
      'service_healthy',
    ]);
  });

  it('declares every volume and secret that is used, and none besides', () => {
    const named = services.flatMap(([, { volumes }]) => volumes.map((volume) => volume.split(':')[0] ?? ''));
    const volumes = new Set(named.filter((name) => !name.startsWith('.')));
    expect([...volumes].sort()).toEqual(Object.keys(compose.volumes).sort());
    const secrets = new Set(services.flatMap(([, service]) => service.secrets ?? []));
    expect([...secrets].sort()).toEqual(Object.keys(compose.secrets).sort());
  });

  it.each([
    ...ours,
    ...Object.entries(development.services).filter(([, { environment }]) => 'RAPPORT_PROFILE' in environment),
  ])('configures %s with variables that are read, secrets by files', (_name, { environment }) => {
    const known = VARIABLES.flatMap((variable) =>
      'isSecret' in variable ? [variable.name, `${variable.name}_FILE`] : [variable.name],
    ) as readonly string[];
    expect(Object.keys(environment).filter((name) => !known.includes(name))).toEqual([]);
    const required = VARIABLES.filter((variable) => 'isRequired' in variable).map(({ name }) => name);
    for (const name of required) expect(name in environment || `${name}_FILE` in environment).toBe(true);
  });

  it('gives no secret away in itself', () => {
    const values = services.flatMap(([, { environment }]) => Object.entries(environment));
    const secret = VARIABLES.filter((variable) => 'isSecret' in variable).map(({ name }) => name as string);
    expect(values.filter(([name]) => secret.includes(name))).toEqual([]);
    expect(values.filter(([name]) => name.endsWith('PASSWORD'))).toEqual([]);
  });
});

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
if (!hasOpenssl) process.stderr.write('skipped: what makes certificates, since openssl is missing\n');

(hasOpenssl ? describe : describe.skip)('the secrets that docker-compose.yml mounts', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'rapport-secrets-'));
    for (const script of ['make-certificates.sh', 'make-secrets.sh'])
      execFileSync('sh', [join(ROOT, 'scripts', script), folder], { stdio: 'ignore' });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('are all made by the two scripts', () => {
    const mounted = services.flatMap(([, { volumes, env_file }]) => [
      ...volumes.map((volume) => volume.split(':')[0] ?? ''),
      ...(env_file === undefined ? [] : [env_file]),
    ]);
    const files = [...mounted, ...Object.values(compose.secrets).map(({ file }) => file)];
    const inFolder = files.filter((path) => path.startsWith('./secrets/'));
    expect(inFolder.length).toBeGreaterThan(8);
    expect(inFolder.filter((path) => !existsSync(join(folder, path.replace('./secrets/', ''))))).toEqual([]);
    const inCheckout = mounted.filter((path) => path.startsWith('./') && !path.startsWith('./secrets/'));
    expect(inCheckout.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('make a configuration that is valid', () => {
    const { environment } = compose.services['api'] ?? {};
    const here = Object.entries(environment ?? {}).map(([name, value]) => [
      name,
      value.replace('/run/secrets', folder),
    ]);
    expect(configurationOf(Object.fromEntries(here) as Record<string, string>)).toMatchObject({
      profile: 'production',
      eventStoreDb: expect.stringMatching(/^esdb:\/\/admin:.{40,}@eventstoredb:2113\?tls=true&tlsCAFile=/),
      mongoDb: expect.stringMatching(
        /^mongodb:\/\/rapport:.{40,}@mongodb:27017\/\?authSource=admin&tls=true/,
      ),
    });
  });

  it('hold certificates that the authority has signed, for the names by which the servers are called', () => {
    for (const [certificate, name] of [
      ['eventstoredb/node.crt', 'eventstoredb'],
      ['mongodb/server.pem', 'mongodb'],
    ] as const)
      for (const host of [name, 'localhost'])
        expect(
          execFileSync(
            'openssl',
            [
              'verify',
              '-CAfile',
              'ca/ca.crt',
              '-purpose',
              'sslserver',
              '-verify_hostname',
              host,
              certificate,
            ],
            { cwd: folder, encoding: 'utf8' },
          ),
        ).toBe(`${certificate}: OK\n`);
  });

  it('stay as they are when they are there already', () => {
    const before = readFileSync(join(folder, 'key-encryption-key'), 'utf8');
    execFileSync('sh', [join(ROOT, 'scripts', 'make-secrets.sh'), folder], { stdio: 'ignore' });
    expect(readFileSync(join(folder, 'key-encryption-key'), 'utf8')).toBe(before);
  });
});

describe('the Dockerfile', () => {
  const lines = read('Dockerfile').split('\n');
  const words = (name: string): readonly string[] =>
    lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));

  it('builds on pinned images and runs as nobody of importance, with a health check', () => {
    for (const from of words('FROM')) expect(from.split(' ')[0]).toMatch(/^node:\d+\.\d+\.\d+-[a-z]+-slim$/);
    expect(words('FROM')).toHaveLength(2);
    expect(words('USER')).toEqual(['node']);
    expect(words('HEALTHCHECK')).toHaveLength(1);
  });

  it('starts what is there', () => {
    const commands = [
      ...words('CMD').map((json) => JSON.parse(json) as readonly string[]),
      ...ours.map(([, { command = [] }]) => command),
    ];
    for (const [program = ''] of commands) expect(existsSync(join(ROOT, program))).toBe(true);
  });
});
