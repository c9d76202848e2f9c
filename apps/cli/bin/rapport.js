#!/usr/bin/env node
import { existsSync } from 'node:fs';

const entry = new URL('../dist/main.js', import.meta.url);
if (existsSync(entry)) await import(entry.href);
else {
  process.stderr.write('Rapport is not built yet: run `npm run build` in the checkout, then try again.\n');
  process.exitCode = 6;
}
