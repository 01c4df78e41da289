/** The `eft` command. */
import { runEft } from './program.ts';

// A reader that has seen enough (`eft … | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await runEft(process.argv.slice(2), process);
