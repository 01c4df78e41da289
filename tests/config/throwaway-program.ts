/** A throwaway process of the tests: does what its request names. */
import { setTimeout } from 'node:timers/promises';
import { answerAsThrowaway, becomeNobody, fieldOf } from '../../supervisor/config/throwaway-process.ts';

void answerAsThrowaway(async (request) => {
  if (fieldOf(request, 'fail') !== undefined) throw new Error(String(fieldOf(request, 'fail')));
  if (fieldOf(request, 'hang') === true) await setTimeout(600_000);
  if (fieldOf(request, 'flood') === true) return 'x'.repeat(13 * 1024 * 1024);
  if (fieldOf(request, 'who') === true) {
    becomeNobody();
    return { user: process.getuid?.(), group: process.getgid?.() };
  }
  return { said: fieldOf(request, 'say') };
});
