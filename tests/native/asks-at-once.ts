/** What no file of the supervisor may do: it calls the kernel when it is imported. */
import { native } from '../../supervisor/native/binding.ts';

native();
