import type { Command } from 'commander';
import { addCommand, runs } from '../command.js';

export function addDoctor(program: Command): Command {
  const command = addCommand(program, 'doctor', {
    summary: 'Look for what could go wrong, and say what to mend',
    details:
      'Checks the Node.js version, the data folder and its permissions, disk space, who holds the folder, the database files, how far the views are behind, the clock, and whether the keys of persons open. With RAPPORT_PROFILE=production: the configuration, the folder of secrets, every server with its version, clock and rights, which workers live, and who holds which tenant. Changes nothing.',
    examples: [['rapport doctor', 'check ./data']],
  }).option('--quick', 'leave the reading of whole database files out');
  return runs(command, async () => (await import('./doctor.run.js')).runDoctor);
}
