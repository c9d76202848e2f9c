import { runCommand } from './command/commands.js';
import { localFiles } from './command/local-files.js';

const answer = await runCommand(process.argv.slice(2), localFiles);
process.stdout.write(answer.stdout);
process.stderr.write(answer.stderr);
process.exitCode = answer.exitCode;
