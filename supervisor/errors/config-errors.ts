/** Why a machine configuration, or something that says where it is, is refused. */
export const configErrors = {
  'config.encoding': {
    what: 'the machine configuration {reason}',
    act: 'save the file as {form}',
  },
  'config.too-large': {
    what: 'the machine configuration has {size} bytes; at most {limit} are read',
    act: 'leave out what is no configuration of the machine',
  },
  'config.deadline': {
    what: 'the machine configuration was not read after {limitMs} ms; the reader was stopped',
    act: 'make it simpler; if it is small, this is a fault of Eft to report',
  },
  'config.heap': {
    what: 'reading the machine configuration took more than {limitMb} MB of memory; the reader was stopped',
    act: 'make it smaller; if it is small, this is a fault of Eft to report',
  },
  'config.reader': {
    what: 'the reader of the machine configuration ended: {reason}',
    act: 'this is a fault of Eft: report it with the configuration, secrets taken out',
  },
  'config.several-faults': {
    what: 'the machine configuration has {count} faults; the first is {first}',
    act: 'run `eft config validate` on it to see all of them',
  },
  'config.invalid': {
    what: 'there is something wrong in {files} of the files, {count} in all',
    act: 'correct what is shown above',
  },
  'config.import-faults': {
    what: 'a node would not take the imported configuration: {count} of its values are not as Eft has them',
    act: 'correct what is shown above, and check it with `eft config validate`',
  },
  'config.secret': {
    what: '{path}: what is there cannot be the secret that is expected',
    act: 'write text of {minimum} to {limit} characters, in quotes if YAML takes it for something else',
  },
  'config.certificate': {
    what: '{path}: {reason}',
    act: 'write the certificate of an authority in PEM, below `|`, from `-----BEGIN CERTIFICATE-----` on',
  },
  'config.secret-key': {
    what: '{path}: {reason}',
    act: 'write the key of the certificate in PEM of PKCS #8, below `|`, from `-----BEGIN PRIVATE KEY-----` on',
  },
  'config.secret-kept': {
    what: '{path}: the secret is to stay as the node has it, and the node has none there',
    act: 'write the secret itself',
  },
  'config.needs-reboot': {
    what: 'the configuration cannot be applied while the node runs: {fields} takes a reboot',
    act: 'apply it in mode auto, which starts the node again, or in mode staged for the next boot',
  },
  'config.no-state': {
    what: 'the node has no STATE, and {what} would be lost',
    act: 'give the node a disk with an ext4 file system of the label STATE, or `eft up --state`',
  },
  'config.not-kept': {
    what: 'the STATE of the node cannot be changed, and it is as it was: {reason}',
    act: 'look at the disk that is STATE; `eft dmesg` may say more',
  },
  'config.not-applied': {
    what: 'the configuration could not be applied, and the node has gone back to the one before: {reason}',
    act: 'correct what it says',
  },
  'config.maintenance-mode': {
    what: 'a node without a configuration takes one in mode auto only, and this is mode {mode}',
    act: 'apply it in mode auto',
  },
  'config.no-trial': {
    what: 'no configuration is on trial: it has gone back, or was confirmed or given up',
    act: 'look at what the node has with `eft config get`, and apply yours again',
  },
  'config.wrong-token': {
    what: 'this confirms another configuration than the one that is on trial',
    act: 'confirm with what the answer to your own `eft config apply` said',
  },
  'config.none': {
    what: 'the node has no configuration',
    act: 'give it one with `eft config apply`',
  },
  'config.no-api': {
    what: 'with this configuration the node would have no API, and nobody could change it any more: there is no `machine.ca`',
    act: 'keep `machine.ca`; a node without an API gets its configuration where it is started',
  },
  'config.other-node': {
    what: 'this node is called `{name}`, and `{given}` is to be reset',
    act: 'name the node that you mean, and call that one',
  },
  'config.busy': {
    what: 'the node is applying other configurations, or going down',
    act: 'try again in a few seconds',
  },
  'config.role-rule': {
    what: '{path}: a rule has either `kinds` or `methods`, and this one {reason}',
    act: 'make two rules of it, or say what it is about',
  },
  'config.too-many': {
    what: '{path}: the map has {count} entries',
    act: 'write at most {maximum}',
  },
  'config.link-kind': {
    what: '{path}: `{first}` and `{second}` cannot both hold of one link',
    act: 'keep one of the two',
  },
  'config.link-twice': {
    what: '{path}: there is already a link `{link}`, {other}',
    act: 'give one of the two another name, or put both into one entry',
  },
  'config.link-master': {
    what: '{path}: the link `{link}` belongs to {other}',
    act: 'let it belong to one link, and not to itself',
  },
  'config.vlan-name': {
    what: '{path}: the link would be called `{link}`, which is {length} characters; Linux takes 15',
    act: 'give the link below a shorter name',
  },
  'config.needs-field': {
    what: '{path}: this means nothing without `{field}`',
    act: 'add `{field}: {example}`, or take this away',
  },
  'config.bond-option': {
    what: '{path}: a bond of mode `{mode}` has no such option',
    act: 'take it away, or choose the mode {modes}',
  },
  'config.family': {
    what: '{path}: `{value}` and `{other}` are not both IPv4 or both IPv6',
    act: 'write two of the same family',
  },
  'config.table-twice': {
    what: '{path}: the table {table} is that of `{other}` already',
    act: 'give every VRF a table of its own',
  },
  'config.grant-wider': {
    what: 'module {module}: the machine configuration allows more of {interface} than the module has: {what}',
    act: 'allow what the manifest grants, or less of it',
  },
  'config.grant-unknown': {
    what: 'module {module}: the machine configuration narrows {interface}, which the module does not have',
    act: 'take the entry away',
  },
  'config.trust-key': {
    what: 'the key {kid} of the machine configuration is already one of the image',
    act: 'take it away: an image key cannot be given another scope',
  },
  'config.trust-threshold': {
    what: 'the machine configuration asks for {given} signatures for `{module}`, and the image for {needed}',
    act: 'ask for {needed} or more',
  },
  'config.command-line': {
    what: 'the kernel command line says `{parameter}`: {reason}',
    act: 'write {form}',
  },
  'config.no-cloud': {
    what: 'the NoCloud configuration: {reason}',
    act: '{correction}',
  },
  'config.several-sources': {
    what: 'the kernel command line names {count} configurations: {parameters}',
    act: 'name one',
  },
  'config.import-nothing': {
    what: 'this is no machine configuration of the reference system: {reason}',
    act: 'give a file with `version: v1alpha1` or with documents that have `apiVersion: v1alpha1` and a `kind`',
  },
} as const;
