/** Why a file is no flight record, or none that can be replayed. */
const recopy = 'copy the file again, whole, from the node that wrote it';
const foreign = 'do not trust the file: no supervisor writes this';

export const recordErrors = {
  'record.not-a-record': {
    what: 'the file is not a flight record: it does not begin as one',
    act: 'give a file that ends in .eftrecord; the supervisor writes one when a module fails',
  },
  'record.format': {
    what: 'the flight record has format {found}, and this version of Eft reads format {known}',
    act: 'replay it with the version of Eft that runs on the node that wrote it',
  },
  'record.length': {
    what: 'the flight record says that it has {expected} bytes, and the file has {found}',
    act: recopy,
  },
  'record.damaged': {
    what: 'the flight record is damaged: {reason}',
    act: recopy,
  },
  'record.too-large': {
    what: 'the flight record unpacks to more than {limit} bytes',
    act: foreign,
  },
  'record.cbor': {
    what: 'byte {offset} of the unpacked flight record is wrong: {reason}',
    act: foreign,
  },
  'record.shape': {
    what: '`{path}` of the flight record is {found}, and {expected} is expected',
    act: foreign,
  },
  'record.field': {
    what: '`{path}` of the flight record has a field `{field}` that is not known',
    act: foreign,
  },
  'record.module': {
    what: 'the flight record was made by {module} with the digest {expected}, and the module in it has the digest {found}',
    act: 'replay a record with the very module that made it, as the supervisor put both into one file',
  },
  'record.manifest': {
    what: 'the flight record and the module in it disagree about the manifest of {module}',
    act: foreign,
  },
  'record.checkpoint': {
    what: 'the checkpoint in the flight record is not one of {module}: {reason}',
    act: foreign,
  },
  'record.differs': {
    what: 'the module does not do again what the flight record says, from {where} on',
    act: 'replay it with the version of Eft that the node runs; if it differs there too, something that the module sees is not recorded, which is a bug of Eft',
  },
} as const;
