/**
 * The parser of ../dhcp-options.c again, branch for branch, for a fuzzer of JavaScript.
 */
'use strict';

const fixedLength = 236;
const cookieLength = 4;
const pad = 0;
const end = 255;

function readRoutes(value, lease) {
  let at = 0;
  while (at < value.length) {
    const width = value[at];
    const significant = (width + 7) >> 3;
    if (width > 32 || value.length - at < 1 + significant + 4) return false;
    at += 1 + significant + 4;
    lease.routes += 1;
  }
  return true;
}

function readSearch(value, lease) {
  let at = 0;
  let jumps = 0;
  while (at < value.length) {
    const label = value[at];
    if (label >= 0xc0) {
      jumps += 1;
      if (at + 1 >= value.length || jumps > 16) return false;
      const target = ((label & 0x3f) << 8) | value[at + 1];
      if (target >= at) return false;
      at += 2;
    } else if (label > 63 || label > value.length - at - 1) {
      return false;
    } else {
      at += 1 + label;
      if (label !== 0) lease.labels += 1;
    }
  }
  return true;
}

function readOption(code, value, lease) {
  switch (code) {
    case 3:
    case 6:
      if (value.length === 0 || value.length % 4 !== 0) return false;
      lease[code === 3 ? 'routers' : 'resolvers'] += value.length / 4;
      return true;
    case 51:
    case 54:
      if (value.length !== 4) return false;
      lease[code === 51 ? 'seconds' : 'server'] = value.readUInt32BE(0);
      return true;
    case 119:
      return readSearch(value, lease);
    case 121:
      return readRoutes(value, lease);
    default:
      return true;
  }
}

/** The lease in a message, or undefined if it is malformed. */
function readMessage(data) {
  const optionsAt = fixedLength + cookieLength;
  if (data.length < optionsAt || data[0] !== 2 || data[1] !== 1 || data[2] !== 6) return undefined;
  if (data.readUInt32BE(fixedLength) !== 0x63825363) return undefined;
  const lease = {
    address: data.readUInt32BE(16),
    server: 0,
    seconds: 0,
    routers: 0,
    resolvers: 0,
    routes: 0,
    labels: 0,
  };
  for (let at = optionsAt; at < data.length; ) {
    const code = data[at];
    at += 1;
    if (code === pad) continue;
    if (code === end) return lease;
    if (at === data.length || data[at] > data.length - at - 1) return undefined;
    if (!readOption(code, data.subarray(at + 1, at + 1 + data[at]), lease)) return undefined;
    at += 1 + data[at];
  }
  return undefined;
}

module.exports.fuzz = readMessage;
