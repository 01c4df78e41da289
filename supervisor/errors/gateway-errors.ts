/** What the gateway refuses by itself, before PID 1 hears of it. */
export const gatewayErrors = {
  'gateway.message': {
    what: 'the message is not one that the node takes: {reason}',
    act: 'send less in one message, and names of fields in ASCII only; docs/reference/api.md has the limits',
  },
  'gateway.message-time': {
    what: 'the message was not whole {seconds} seconds after it was waited for',
    act: 'look whether the connection is too slow for it; a blob goes on where it was cut off',
  },
  'gateway.slow-reader': {
    what: 'clients leave more answers of the node untaken than it keeps for them',
    act: 'read what was asked for as it comes, and ask for less at once',
  },
} as const;
