import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const LINES_MAX = 300;

const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
});
const files = listed
  .toString()
  .split('\0')
  .filter((path) => path !== '' && existsSync(join(root, path)));
const self = 'test/tidy.spec.ts';
const sources = files.filter((path) => /\.(ts|tsx|mts|js|mjs|cjs)$/.test(path) && path !== self);
const texts = files.filter((path) => path !== self && !path.endsWith('package-lock.json') && isText(path));
const documents = files.filter((path) => /^(README\.md|CONTRIBUTING\.md|docs\/.*\.md)$/.test(path));

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

function isText(path: string): boolean {
  return !/\.(png|jpg|svg|ico|woff2|gz|zip|db)$/.test(path) && statSync(join(root, path)).size < 1_000_000;
}

/** Every line of the files that matches, as `path:line: text`, so that a failure says where to look. */
function linesMatching(paths: readonly string[], pattern: RegExp): string[] {
  return paths.flatMap((path) =>
    read(path)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
  );
}

describe('source files', () => {
  it(`have at most ${LINES_MAX} lines, unless a program wrote them`, () => {
    const written = sources.filter((path) => !path.endsWith('.generated.ts'));
    const long = written.filter((path) => read(path).split('\n').length - 1 > LINES_MAX);
    expect(long).toEqual([]);
  });

  it('have kebab-case names with a role, if any, behind a dot', () => {
    const odd = sources.filter((path) => !/^\.?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*$/.test(basename(path)));
    expect(odd).toEqual([]);
  });

  it('are named after what they hold, not after being handy', () => {
    const vague = /(^|[/.-])(utils?|helpers?|managers?|common|misc)([/.-]|$)/;
    expect(sources.filter((path) => vague.test(path))).toEqual([]);
  });

  it('postpone nothing without naming the issue', () => {
    expect(linesMatching(sources, /\b(TODO|FIXME|HACK)\b(?!\(#\d+\))/)).toEqual([]);
  });

  it('silence neither the compiler nor other specs', () => {
    expect(linesMatching(sources, /\bas any($|[^\w\s])|@ts-ignore|@ts-nocheck/)).toEqual([]);
    expect(linesMatching(sources, /\b(describe|it|test)\.only\(|^\s*f(it|describe)\(['"`]/)).toEqual([]);
  });
});

describe('tracked files', () => {
  it('name no path of a machine', () => {
    expect(linesMatching(texts, /(^|[\s'"`=(:])\/(tmp|work|root|home\/[a-z]+|Users\/[A-Za-z]+)\//)).toEqual(
      [],
    );
  });

  it('name no package registry', () => {
    expect(linesMatching(texts, /\bregistry\.[a-z0-9-]+\.[a-z]+|^registry\s*=|"resolved": "http/i)).toEqual(
      [],
    );
  });

  it('lock versions without the address they came from', () => {
    expect(linesMatching(['package-lock.json'], /"resolved": "http/)).toEqual([]);
  });
});

describe('rooms', () => {
  it('have one way in: src/index.ts', () => {
    const libraries = readdirSync(join(root, 'libs')).filter((name) =>
      existsSync(join(root, 'libs', name, 'package.json')),
    );
    expect(libraries.filter((name) => !existsSync(join(root, 'libs', name, 'src', 'index.ts')))).toEqual([]);
  });

  it('pin their dependencies exactly', () => {
    const manifests = files.filter((path) => basename(path) === 'package.json');
    const loose = manifests.flatMap((path) => {
      const manifest = JSON.parse(read(path)) as Record<string, Record<string, string> | undefined>;
      return ['dependencies', 'devDependencies', 'optionalDependencies']
        .flatMap((section) => Object.entries(manifest[section] ?? {}))
        .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
        .map(([name, version]) => `${path}: ${name} ${version}`);
    });
    expect(loose).toEqual([]);
  });

  it('state the references the compiler needs', () => {
    const rooms = (JSON.parse(read('tsconfig.json')) as { references: { path: string }[] }).references;
    const folders = new Map(rooms.map(({ path }) => [manifestOf(path).name, path]));
    const missing = rooms.flatMap(({ path }) => {
      const config = JSON.parse(read(`${path}/tsconfig.json`)) as { references?: { path: string }[] };
      const stated = new Set((config.references ?? []).map((reference) => join(path, reference.path)));
      return Object.keys(manifestOf(path).dependencies ?? {})
        .flatMap((name) => folders.get(name) ?? [])
        .filter((folder) => !stated.has(folder))
        .map((folder) => `${path}/tsconfig.json lacks ${folder}`);
    });
    expect(missing).toEqual([]);
  });
});

describe('documents', () => {
  it('link only to what is there', () => {
    const broken = documents.flatMap((path) =>
      [...prose(path).matchAll(/\]\(([^)\s]+)[^)]*\)/g)]
        .map((match) => match[1] ?? '')
        .filter((target) => !/^([a-z]+:|#)/i.test(target))
        .filter((target) => !existsSync(join(root, dirname(path), decodeURI(target.replace(/[#?].*$/, '')))))
        .map((target) => `${path}: ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it('come in the four kinds, plus decisions', () => {
    const shelves = ['tutorial', 'how-to', 'reference', 'explanation', 'adr'];
    expect(shelves.filter((name) => !existsSync(join(root, 'docs', name, 'README.md')))).toEqual([]);
  });

  it('number decisions once each and list them all', () => {
    const records = files.filter((path) => /^docs\/adr\/\d/.test(path)).map((path) => basename(path));
    const numbers = records.map((name) => name.slice(0, 4));
    expect(records.filter((name) => !/^\d{4}-[a-z0-9-]+\.md$/.test(name))).toEqual([]);
    expect(numbers.filter((number, index) => numbers.indexOf(number) !== index)).toEqual([]);
    const index = read('docs/adr/README.md');
    expect(records.filter((name) => !index.includes(`(${name})`))).toEqual([]);
  });
});

function manifestOf(folder: string): { name: string; dependencies?: Record<string, string> } {
  return JSON.parse(read(`${folder}/package.json`)) as ReturnType<typeof manifestOf>;
}

/** A document without its code, where brackets mean something else. */
function prose(path: string): string {
  return read(path)
    .replace(/```[\s\S]*?```/g, '')
    .replace(/`[^`\n]*`/g, '');
}
