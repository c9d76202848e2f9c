// `npm run docs:configuration`: writes docs/reference/configuration.md from the variables that a profile reads.
import { writeFileSync } from 'node:fs';
import { configurationReference } from '../libs/profiles/dist/index.js';

writeFileSync(new URL('../docs/reference/configuration.md', import.meta.url), configurationReference());
