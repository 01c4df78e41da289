/** Why a blob is not taken, or not given. */
export const blobErrors = {
  'blob.none': {
    what: 'the node does not have the whole blob {digest}',
    act: 'upload it, or go on with an upload that was cut off',
  },
  'blob.busy': {
    what: 'the blob {digest} is being uploaded by another call',
    act: 'wait until that has ended',
  },
  'blob.no-room': {
    what: 'the node has no room for a blob of {size} bytes: {reason}',
    act: 'delete blobs that are no longer needed, or send a smaller one',
  },
  'blob.offset': {
    what: 'the node has {has} of {size} bytes of the blob {digest}, and the upload of {total} bytes begins at {offset}',
    act: 'ask by Stat how much the node has, and go on from there with the same size; or delete it and begin anew',
  },
  'blob.cut-off': {
    what: 'the upload of {digest} has ended at {has} of {size} bytes',
    act: 'go on from there; the node keeps what it has for some minutes',
  },
  'blob.too-long': {
    what: 'more is uploaded of {digest} than its {size} bytes',
    act: 'give the size of the whole blob in the first message',
  },
  'blob.digest': {
    what: 'what was uploaded as {digest} has the digest {found}',
    act: 'upload it again from the start; the node has thrown away what it had',
  },
  'blob.write': {
    what: 'the blob {digest} could not be written: {reason}',
    act: 'delete blobs that are no longer needed, and go on with the upload',
  },
} as const;
