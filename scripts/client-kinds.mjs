// `npm run client:kinds`: writes the client's types of payloads from the registry of kinds. The spec that holds them to
// the registry does the writing, so that both go the same way.
import { spawnSync } from 'node:child_process';
import { root } from './ensure-ready.mjs';

const { status } = spawnSync(
  process.execPath,
  ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', 'libs/client/src/kinds.generated.spec.ts'],
  { cwd: root, stdio: 'inherit', env: { ...process.env, RAPPORT_GENERATE: '1' } },
);
process.exit(status ?? 1);
