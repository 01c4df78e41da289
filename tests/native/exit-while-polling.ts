/** Ends with descriptors still watched: by process.exit with the argument `exit`, by an uncaught error with `throw`. */
import { createPipe, write } from '../../supervisor/native/file-descriptor.ts';
import { subscribe } from '../../supervisor/native/poll.ts';

const [way] = process.argv.slice(2);
for (let count = 0; count < 100; count += 1) subscribe(createPipe().reader, ['readable'], () => undefined);
const { reader, writer } = createPipe();
process.on('uncaughtException', (error) => {
  console.log(JSON.stringify({ caught: error.message }));
  process.exit(0);
});
subscribe(reader, ['readable'], () => {
  if (way === 'throw') throw new Error('from the callback');
  console.log(JSON.stringify({ exiting: true }));
  process.exit(0);
});
write(writer, Uint8Array.of(1));
