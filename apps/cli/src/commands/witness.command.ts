import type { Command } from 'commander';
import { addCommand, runsAnywhere } from '../command.js';

export function addWitness(program: Command): Command {
  const command = addCommand(program, 'witness <log...>', {
    summary: 'Follow logs and countersign heads that only grew',
    details:
      'Each log is a folder of files as C2SP tlog-tiles lays them out, or the address of a server that has them. A head is countersigned when its log signed it and everything that was countersigned before is still in it; the head is kept durably before it is signed. Countersigned checkpoints are in <state>/<SHA-256 of the origin>/checkpoint. Two signed heads that cannot both be of one log are kept in <state>/<SHA-256 of the origin>/forks, and the command ends with 7. The key of the witness is made at the first start, its verifier key is shown at each. Run it where who runs the ledger has no say.',
    examples: [
      [
        'rapport witness ./exported --log-key log.pub --key witness.key --name example.org/w1 --state ./witness --once',
        'make a key, countersign once',
      ],
      [
        "rapport witness 'https://ledger.example/v1/log?tenant=main' --log-key log.pub --key witness.key --state ./witness",
        'follow a server',
      ],
      [
        'rapport witness ./exported --log-key log.pub --key witness.key --state ./witness --listen 7071',
        'and answer add-checkpoint (C2SP tlog-witness)',
      ],
    ],
  })
    .requiredOption('--log-key <key...>', 'verifier keys of the logs, or files that hold one each')
    .requiredOption('--key <file>', "file of the witness's secret key; made when it is not there")
    .requiredOption(
      '--state <dir>',
      'folder for heads and countersigned checkpoints; back it up, never set it back',
    )
    .option('--name <name>', "name of the witness's key, needed when it is made, like example.org/w1")
    .option('--once', 'look at every log once, then end')
    .option('--interval <seconds>', 'pause between two looks at a log', '60')
    .option('--listen <port>', 'also answer POST /add-checkpoint on 127.0.0.1, 0 for any free port')
    .option('--write-back', 'also write checkpoint.cosigned into logs that are folders');
  return runsAnywhere(command, async () => (await import('../witness/witness.run.js')).runWitness);
}
