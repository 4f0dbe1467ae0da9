// The command line: reads the arguments and starts what they ask for. It verifies nothing itself.

import { Command } from 'commander';

const program = new Command('tidemark')
  .description('Verifies stream processors under injected faults.')
  .showHelpAfterError();

program
  .command('run')
  .description('run the scenarios of a profile and judge what became visible')
  .option('--profile <name>', 'how much to run', 'quick')
  .action((options: { readonly profile: string }) => {
    console.log(`profile ${options.profile}: there is no scenario to run yet`);
  });

program
  .command('demo')
  .description('show a planted defect being found, explained and shrunk')
  .action(() => {
    console.log('there is nothing to show yet');
  });

program
  .command('bench')
  .description('measure how many simulated runs fit into a second')
  .action(() => {
    console.log('there is nothing to measure yet');
  });

program.parse();
