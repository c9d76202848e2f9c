// The import table of docs/ARCHITECTURE.md as rules. A change here is a change of the architecture: it needs a
// record in docs/adr/.

const spec = '\\.spec\\.ts$';
const ours = '^(apps|libs|bench|test)/';

const ruleName = (room) => room.replace(/^(apps|libs)\//, '').replace('(api|worker)', 'server');

/** A room's code without its specs, which may also use the testing kit. */
const code = (room) => ({ path: `^${room}/src/`, pathNot: spec });

/** What of ours a room may import: itself and the rooms listed, nothing else. */
const onlyRooms = (room, allowed, comment) => ({
  name: `${ruleName(room)}-imports`,
  comment,
  severity: 'error',
  from: code(room),
  to: { path: ours, pathNot: [room, ...allowed].map((name) => `^${name}/`) },
});

/** Rooms of which only types may be imported: they vanish at run time. */
const onlyTypes = (room, target, comment) => ({
  name: `${ruleName(room)}-takes-types-only`,
  comment,
  severity: 'error',
  from: code(room),
  to: { path: target, dependencyTypesNot: ['type-only'] },
});

/** A package that one room wraps for all others. */
const onlyImporter = (name, module, importers, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: ours, pathNot: importers },
  to: { path: `(^|/)node_modules/${module}(/|$)` },
});

module.exports = {
  forbidden: [
    // ── The table, one line a room ──────────────────────────────────────────────────────────────────────────
    onlyRooms('libs/kernel', [], 'Everything rests on the kernel, so it rests on nothing of ours.'),
    onlyRooms(
      'libs/proof',
      [],
      'A verifier is trusted because it is small and alone: whoever audits it reads this room and no other.',
    ),
    onlyRooms('libs/methods', [], 'Published methods are pure functions of numbers; they know no ledger.'),
    onlyRooms('libs/touchpoints', ['libs/kernel'], 'A kind is a description; it must not know who reads it.'),
    onlyRooms(
      'libs/views',
      ['libs/kernel', 'libs/touchpoints', 'libs/methods'],
      'A view is pure data and functions; the engine comes to it, never the other way round.',
    ),
    onlyRooms('libs/privacy', ['libs/kernel'], 'Keys and erasure work on bytes, whatever the ledger is.'),
    onlyRooms(
      'libs/ledger',
      ['libs/kernel', 'libs/proof', 'libs/privacy'],
      'Kinds and views arrive as arguments: a new one never changes the engine.',
    ),
    {
      ...onlyRooms(
        'libs/store-[^/]+',
        ['libs/kernel', 'libs/ledger'],
        'An adapter knows the ports it fills and its own driver, so that adapters stay interchangeable.',
      ),
      name: 'store-imports',
      from: { path: '^libs/(store-[^/]+)/src/', pathNot: spec },
      to: { path: ours, pathNot: ['^libs/$1/', '^libs/kernel/', '^libs/ledger/'] },
    },
    {
      name: 'store-types-of-ledger',
      comment: 'Of the ledger an adapter takes the ports, which are types; the engine itself stays out.',
      severity: 'error',
      from: { path: '^libs/store-[^/]+/src/', pathNot: spec },
      to: { path: '^libs/ledger/', pathNot: '^libs/ledger/src/ports/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'profiles-imports',
      comment: 'The composition root wires every library, but neither the SDK nor the testing kit.',
      severity: 'error',
      from: code('libs/profiles'),
      to: { path: '^(apps|bench|test|libs/client|libs/testing)/' },
    },
    onlyRooms(
      'apps/(api|worker)',
      ['libs/profiles', 'libs/kernel', 'libs/ledger', 'libs/views', 'libs/touchpoints'],
      'The servers open a profile and speak to what it returns; which stores lie below is not their business.',
    ),
    onlyTypes(
      'apps/(api|worker)',
      '^libs/(ledger|views|touchpoints)/',
      'The servers name these types; the objects come from the profile.',
    ),
    onlyRooms(
      'apps/cli',
      ['libs/profiles', 'libs/client', 'libs/kernel', 'libs/proof', 'apps/api'],
      'The command opens a profile for local work, or talks to a server through the SDK.',
    ),
    {
      name: 'cli-serves-the-api',
      comment: 'Only `rapport serve` starts the API (ADR 0010); no other command may depend on a server.',
      severity: 'error',
      from: { path: '^apps/cli/src/', pathNot: ['^apps/cli/src/(commands/)?serve[./-]', spec] },
      to: { path: '^apps/api/' },
    },
    {
      name: 'cli-proves-in-verify',
      comment:
        'Proofs are checked by `verify` and `witness` (ADR 0017); all others get theirs from the profile or the server.',
      severity: 'error',
      from: { path: '^apps/cli/src/', pathNot: ['^apps/cli/src/(commands/)?(verify|witness)[./-]', spec] },
      to: { path: '^libs/proof/' },
    },
    {
      name: 'verify-uses-proof-alone',
      comment:
        'A check that runs the code it checks proves nothing. Only what reads a data folder itself opens a profile.',
      severity: 'error',
      from: {
        path: '^apps/cli/src/(commands/)?(verify|witness)[./-]',
        pathNot: ['^apps/cli/src/verify/(store|bundle)\\.', spec],
      },
      to: { path: '^(apps/api|libs|bench|test)/', pathNot: '^libs/proof/' },
    },
    {
      name: 'verify-replays-bundles',
      comment: 'A number is verified by the pure code of its view, so a bundle needs the profile (ADR 0018).',
      severity: 'error',
      from: { path: '^apps/cli/src/verify/bundle[.]', pathNot: spec },
      to: { path: '^(apps/api|libs|bench|test)/', pathNot: '^libs/(proof|profiles|kernel)/' },
    },
    onlyRooms('libs/client', ['libs/kernel'], 'The SDK is installed by others: it must stay light.'),
    onlyTypes('libs/client', '^libs/kernel/', 'The SDK shares the words of the kernel, none of its code.'),
    onlyRooms('apps/console', ['libs/client'], 'The console sees what any other client sees.'),
    onlyRooms(
      'libs/testing',
      ['libs/kernel', 'libs/ledger', 'libs/proof'],
      'The testing kit works against ports, so that every adapter runs the same contracts.',
    ),
    {
      name: 'testing-only-in-specs',
      comment: 'Nothing that runs in production may lean on test code.',
      severity: 'error',
      from: { path: ours, pathNot: [spec, '^libs/testing/', '^test/', '^bench/'] },
      to: { path: '^libs/testing/' },
    },
    {
      name: 'nobody-imports-leaves',
      comment: 'Specs and benchmarks are leaves: nothing may depend on them.',
      severity: 'error',
      from: { path: '^(apps|libs)/' },
      to: { path: ['^(bench|test)/', spec] },
    },

    // ── Technology at its seam ──────────────────────────────────────────────────────────────────────────────
    onlyImporter(
      'eventstore-at-its-seam',
      '@eventstore/db-client',
      ['^libs/store-eventstoredb/', '^bench/'],
      'One adapter knows EventStoreDB; replacing the store replaces one room. Benchmarks measure the bare client.',
    ),
    onlyImporter(
      'mongodb-at-its-seam',
      'mongodb',
      ['^libs/store-mongodb/', '^bench/'],
      'One adapter knows MongoDB; replacing the store replaces one room. Benchmarks measure the bare driver.',
    ),
    onlyImporter(
      'sqlite-at-its-seam',
      '(@types/)?better-sqlite3',
      ['^libs/store-sqlite/', '^bench/', '^test/proof/'],
      'One adapter knows SQLite; benchmarks measure the bare driver as their floor, and attackers edit the file.',
    ),
    onlyImporter(
      'nest-in-apps',
      '@nestjs/[^/]+',
      ['^apps/'],
      'A framework belongs to the programs; the libraries must outlive it.',
    ),

    // ── Shape ───────────────────────────────────────────────────────────────────────────────────────────────
    {
      name: 'domain-without-io',
      comment: 'Kinds, views and methods have no clock, randomness or I/O, or a replay would not repeat.',
      severity: 'error',
      from: { path: '^libs/(touchpoints|views|methods)/src/', pathNot: spec },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'through-the-front-door',
      comment: 'A package is used through its exports, so that its inside can change.',
      severity: 'error',
      from: { path: '^(apps|libs)/([^/]+)/' },
      to: {
        path: '^(apps|libs)/[^/]+/',
        pathNot: ['^$1/$2/', '^(apps|libs)/[^/]+/src/index\\.ts$', '^libs/ledger/src/ports/index\\.ts$'],
      },
    },
    {
      name: 'no-cycles',
      comment:
        'Two files that need each other are one idea badly cut. Types may look back (a life cycle at its kinds): they vanish at run time.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      comment: 'A file nobody imports is dead or was never finished.',
      severity: 'error',
      from: {
        orphan: true,
        path: ours,
        pathNot: [spec, '\\.d\\.ts$', '/src/(index|main)\\.ts$', '\\.thread\\.ts$', '^bench/', '^test/'],
      },
      to: {},
    },
    {
      name: 'resolvable',
      comment: 'An import that does not resolve breaks at run time.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'declared',
      comment: 'What a package imports stands in a package.json, or an install elsewhere breaks.',
      severity: 'error',
      from: { path: '^(apps|libs|bench)/', pathNot: spec },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: ['(^|/)node_modules/', '(^|/)dist/'] },
    exclude: { path: ['(^|/)dist/', '^apps/[^/]+/public/'] },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'node', 'default', 'require', 'types'],
      extensions: ['.ts', '.mts', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
  },
};
