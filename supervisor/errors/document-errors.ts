/** Why a document (a manifest, a trust policy, …) does not say what it should: in YAML with line and column. */
export const documentErrors = {
  'document.too-large': {
    what: 'the {document} has {size} bytes; at most {limit} are read',
    act: 'make it smaller; this much text is not meant to be here',
  },
  'document.yaml': {
    what: 'this is not YAML: {reason}',
    act: 'correct the YAML at this place',
  },
  'document.yaml-feature': {
    what: 'the {document} uses {feature}, which Eft does not read in YAML',
    act: 'write the value out in plain text',
  },
  'document.duplicate-field': {
    what: '{path}: the field `{field}` is there twice',
    act: 'keep one of the two',
  },
  'document.unknown-field': {
    what: '{path}: there is no field `{field}`',
    act: '{hint}the fields here are {fields}',
  },
  'document.missing-field': {
    what: '{path}: the field `{field}` is missing',
    act: 'add `{field}:`',
  },
  'document.wrong-type': {
    what: '{path}: this is {found}, and {expected} is expected',
    act: 'write {correction}',
  },
  'document.out-of-range': {
    what: '{path}: {value} is out of range',
    act: 'write a whole number from {minimum} to {maximum}',
  },
  'document.not-one-of': {
    what: '{path}: `{value}` is not known here',
    act: '{hint}write one of {choices}',
  },
  'document.text': {
    what: '{path}: the text {reason}',
    act: 'write one line of 1 to {limit} characters, without control characters',
  },
  'document.list-length': {
    what: '{path}: the list has {count} entries',
    act: 'write {minimum} to {maximum} entries',
  },
  'document.duplicate-entry': {
    what: '{path}: `{entry}` is listed twice',
    act: 'keep one of the two',
  },
  'document.name': {
    what: '{path}: `{value}` is not {expected}',
    act: 'write {form}',
  },
} as const;
