/**
 * The entry of the gateway's process. It has what it needs from its start:
 *
 *   descriptor 3   the listening socket, which stays PID 1's
 *   descriptor 4   its end of a pair of sockets with PID 1 (link.ts)
 *
 * All of its program is loaded before it enters its sandbox: afterwards nothing can be opened.
 */
import { leaveRings } from './own-program.ts';

const listeningDescriptor = 3;
const linkDescriptor = 4;

// First, for this may begin everything again.
leaveRings(linkDescriptor + 1);
void begin();

async function begin(): Promise<void> {
  const [{ runGateway }, { enterSandbox }] = await Promise.all([
    import('./gateway.ts'),
    import('./sandbox.ts'),
  ]);
  process.title = 'eft-gateway';
  enterSandbox();
  runGateway(listeningDescriptor, linkDescriptor);
}
