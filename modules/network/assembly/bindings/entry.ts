// Generated from the WIT by `eft module build`: change the WIT, not this file.

/** Where the compiler begins: all that the world exports. */

import 'eft/memory';
import './module-lifecycle';
import './module-invariants';
