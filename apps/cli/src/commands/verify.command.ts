import type { Command } from 'commander';
import { addVerifyBundle } from '../verify/bundle.command.js';

export function addVerify(program: Command): Command {
  const verify = program
    .command('verify')
    .summary('Check a proof offline: nothing but its bytes and a key is needed')
    .description('Check a proof offline: nothing but its bytes and a key is needed.');
  addVerifyBundle(verify);
  return verify;
}
