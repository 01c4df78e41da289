/** Why the resource store refuses a kind, an actor or a transaction. */
export const storeErrors = {
  'store.kind-name': {
    what: 'the kind {kind} is not named as an interface is, or its name has more than {limit} bytes',
    act: 'name it after its interface, without the version: `eft:resources/node-status`',
  },
  'store.kind-record': {
    what: 'the interface {kind} defines no kind: it has no record `{record}`',
    act: 'give the interface a record of its own name, as wit/resources/resource.wit says',
  },
  'store.kind-handle': {
    what: 'the kind {kind} has a resource handle in its value, at {path}; a handle means nothing outside its component',
    act: 'put the name of the thing into the value instead',
  },
  'store.kind-defined': {
    what: 'the kind {kind} is defined already',
    act: 'define each kind once, before anyone joins with it',
  },
  'store.kind-type': {
    what: 'the version of {kind} that {actor} was built with is neither older nor newer than the one known here: they part at {path}',
    act: 'build {actor} with a published version of the kind; later versions may only add fields, as options',
  },
  'store.unknown-kind': {
    what: 'there is no kind {kind}',
    act: 'see `eft graph` for the kinds there are',
  },
  'store.too-many-kinds': {
    what: 'there would be more than {limit} kinds (limit `kinds`)',
    act: 'remove modules that bring kinds of their own',
  },
  'store.actor-name': {
    what: 'the name {actor} is empty, not Unicode text, or has more than {limit} bytes',
    act: 'give the module a shorter name of plain letters',
  },
  'store.output-taken': {
    what: '{actor} wants to write {kind} ({mode}), but {other} writes it already ({otherMode})',
    act: 'remove one of the two modules, or make the output shared in the manifests of both',
  },
  'store.basis': {
    what: '{actor} decided on revision {basis} of the store, but it can only have seen those from {first} to {last}',
    act: 'commit with the revision of the mirror that was decided on',
  },
  'store.not-output': {
    what: '{actor} may not write {kind}: its manifest does not list it as an output',
    act: 'list {kind} under `outputs` in the manifest of {actor}, if it is meant to write it',
  },
  'store.not-declared': {
    what: '{actor} may neither hold nor release resources of {kind}: its manifest does not list it as an input or output',
    act: 'list {kind} under `inputs` in the manifest of {actor}, if it is meant to read it',
  },
  'store.not-held': {
    what: '{actor} may not hold or release resources of {kind}: its interface has no function `hold`',
    act: 'make up for a resource of {kind} that goes when it is gone; only kinds that are made to be held can be kept from going',
  },
  'store.not-owner': {
    what: '{actor} may not change {reference}: it belongs to {owner}',
    act: 'use an id of its own in {actor}, or a kind of its own',
  },
  'store.tearing-down': {
    what: '{actor} cannot put or hold {reference}: it is being torn down, and held by {holders}',
    act: 'look at the phase first, and wait until it is gone; if it stays, replace or remove whoever holds it',
  },
  'store.absent': {
    what: '{actor} cannot hold {reference}: there is none',
    act: 'hold only what the mirror shows',
  },
  'store.finalizers': {
    what: '{actor} cannot hold {reference}: {limit} others hold it already ({holders})',
    act: 'let one module read the kind and publish what the others need in a kind of its own',
  },
  'store.id': {
    what: '{actor} wants to use the id {id} in {kind}, which is empty, not Unicode text, or has more than {limit} bytes',
    act: 'use a shorter name, such as a hash of the long one',
  },
  'store.value': {
    what: '{actor} put {reference}, but {path} is {found}, not {expected}',
    act: 'give a value of the type that the WIT of the kind defines',
  },
  'store.value-field': {
    what: '{actor} put {reference}, but {path} has no field {field} in its type',
    act: 'leave the field out, or add it to the WIT of the kind as an option',
  },
  'store.value-too-large': {
    what: '{actor} put {reference}, which is charged more than {limit} bytes (limit `resourceBytes`)',
    act: 'divide it among several resources, or keep the bulk in a file and its name in the resource',
  },
  'store.commit-too-large': {
    what: '{actor} puts values of more than {limit} bytes in one event (limit `bytesPerCommit`)',
    act: 'divide the work among several events, with a timer',
  },
  'store.too-many-effects': {
    what: '{actor} wants {count} effects on the store in one event, which may have {limit} (limit `effectsPerCommit`)',
    act: 'divide the work among several events, with a timer',
  },
  'store.too-many-resources': {
    what: '{actor} would bring the resources of {owner} to {amount}, which may have {limit} (limit `resourcesPerOwner`)',
    act: 'remove resources that are no longer needed; `eft graph` shows whose they are',
  },
  'store.too-many-bytes': {
    what: '{actor} would bring the charged bytes of {owner} to {amount}, which may have {limit} (limit `bytesPerOwner`)',
    act: 'remove resources that are no longer needed; `eft graph` shows whose they are',
  },
  'store.kind-full': {
    what: '{actor} would bring {kind} to {amount} resources, which may have {limit} (limit `resourcesPerKind`); most of them belong to {largest}',
    act: 'replace or remove {largest} if it should not have so many; {actor} tries again by itself',
  },
  'store.full': {
    what: '{actor} finds no room in the store: all modules together would have {amount} {what} beyond what each is assured of, and may have {limit} (limit `{name}`); {largest} has the most',
    act: 'replace or remove {largest} if it should not have so much; {actor} tries again by itself',
  },
  'store.too-many-modules': {
    what: '{actor} is one module too many for the store, which has room for {limit} (limit `modules`), those that are still being torn down included',
    act: 'remove a module that is no longer needed; `eft graph` shows which wait for others to let go',
  },
  'store.too-many-watches': {
    what: 'there would be more than {limit} watches (limit `watches`)',
    act: 'end a watch that is no longer needed, such as an `eft get -w`',
  },
  'store.operation-creator': {
    what: '{actor} may not make {reference}: only the API and the supervisor make operations',
    act: 'ask for the operation with the `eft` command; a module publishes a kind of its own instead',
  },
  'store.operation-begin': {
    what: '{actor} put the new {reference} in another state than pending, or with a claim or progress',
    act: 'put it as pending, with neither claim nor progress; its module does the rest',
  },
  'store.operation-target': {
    what: '{actor} may not change {reference}: it is for {target}',
    act: 'leave operations for other modules alone; to cancel one, remove it as the one who put it',
  },
  'store.operation-request': {
    what: '{actor} changed {field} of {reference}, which is what was asked for',
    act: 'change only state, claim, progress and message',
  },
  'store.operation-ended': {
    what: '{actor} put {reference}, which has ended: it is {state}',
    act: 'put an operation for the last time when it ends; a new try is a new operation',
  },
  'store.operation-state': {
    what: '{actor} put {reference} as pending, and it is {state}',
    act: 'take an operation up by putting it as running, claimed; it does not go back to pending',
  },
  'store.operation-claim': {
    what: '{actor} put {reference} with the claim of {claimedBy}; only its target can claim it, once',
    act: 'put `claimed-by` as {actor} with every state after pending',
  },
  'store.operation-progress': {
    what: '{actor} put the progress of {reference} from {before} to {after}; it goes up, to at most {limit}',
    act: 'report thousandths done, and never less than before',
  },
} as const;
