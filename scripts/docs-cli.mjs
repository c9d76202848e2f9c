// `npm run docs:cli`: writes docs/reference/cli.md from the help of the commands.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cliReference } from '../apps/cli/dist/index.js';

const page = new URL('../docs/reference/cli.md', import.meta.url);
mkdirSync(new URL('.', page), { recursive: true });
writeFileSync(page, cliReference());
