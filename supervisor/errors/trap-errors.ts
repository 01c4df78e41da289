/**
 * Why a running instance is ended: the traps of the canonical ABI, and of core WebAssembly.
 * Spec: WebAssembly/component-model, design/mvp/CanonicalABI.md (each `trap_if`).
 */
const replay = 'this is a bug of the module; its flight record replays it with `eft replay`';

export const trapErrors = {
  'trap.pointer': {
    what: 'the module gave a pointer to {what} that lies outside its memory: {length} bytes at {pointer} of {size}',
    act: replay,
  },
  'trap.alignment': {
    what: 'the module gave a pointer to {what} that is not aligned to {alignment} bytes: {pointer}',
    act: replay,
  },
  'trap.length': {
    what: 'the module gave {what} of {length} bytes; the canonical ABI allows {limit}',
    act: replay,
  },
  'trap.lifted': {
    what: 'the module gave values that take more than {limit} bytes of the host in one call',
    act: replay,
  },
  'trap.discriminant': {
    what: 'the module gave case {value} of {what}, which has {count} cases',
    act: replay,
  },
  'trap.char': {
    what: 'the module gave {value} as a char, which is no Unicode scalar value',
    act: replay,
  },
  'trap.string': {
    what: 'the module gave a string that is not valid {encoding}',
    act: replay,
  },
  'trap.handle': {
    what: 'the module used handle {handle} {reason}',
    act: replay,
  },
  'trap.handles-full': {
    what: 'the module holds {limit} handles, which is all it may hold',
    act: 'look for a leak: each `own` handle must be dropped or given away',
  },
  'trap.borrow-kept': {
    what: 'the module returned from `{function}` and still holds {count} borrowed handles',
    act: replay,
  },
  'trap.leave': {
    what: 'the module called the host from its `realloc` or `post-return`',
    act: replay,
  },
  'trap.enter': {
    what: '`{function}` was called while a call into the same instance was under way',
    act: 'this is a bug of the host code that made the call: make it after the call under way has returned',
  },
  'trap.core': {
    what: 'the module trapped in `{function}`: {reason}',
    act: replay,
  },
  'trap.stack': {
    what: 'the module used up the stack in `{function}`',
    act: replay,
  },
  'trap.host': {
    what: 'the host failed while the module called it in `{function}`: {reason}',
    act: 'this is a bug of the host: the cause has its stack',
  },
  'trap.ended': {
    what: '`{function}` was called on an instance that has ended: {reason}',
    act: 'start a new instance; one that trapped is never entered again',
  },
} as const;
