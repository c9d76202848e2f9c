// `npm run clean`: removes what a build or a test run leaves behind.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { forgetBuild, root } from './ensure-ready.mjs';

const { references } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'));
for (const { path } of references) rmSync(join(root, path, 'dist'), { recursive: true, force: true });
rmSync(join(root, 'coverage'), { recursive: true, force: true });
forgetBuild();
