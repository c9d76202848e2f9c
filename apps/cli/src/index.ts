export { cliReference } from './cli-reference.js';
