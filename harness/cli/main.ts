/**
 * Entry of the command line: connects it to this process. Not here: parsing and commands.
 */
import { runCli } from './run-cli.ts';

// A reader that stops early (`| head`) is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const noColor = (process.env['NO_COLOR'] ?? '') !== '';

process.exitCode = await runCli(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  liveErrors: process.stderr.isTTY,
  colors: process.stdout.isTTY && !noColor,
  columns: process.stderr.columns ?? 100,
});
