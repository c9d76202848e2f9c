// `npm run docs:kinds`: writes docs/reference/kinds.md from the registry of kinds.
import { mkdirSync, writeFileSync } from 'node:fs';
import { kinds, kindsReference } from '@rapport/touchpoints';

const page = new URL('../docs/reference/kinds.md', import.meta.url);
mkdirSync(new URL('.', page), { recursive: true });
writeFileSync(page, kindsReference(kinds));
