/** What the API is compared with: ConnectRPC on Node.js with the same services, over the same TLS, with an answer that is there already. It knows nobody and asks nothing. */
import { createSecureServer } from 'node:http2';
import { create } from '@bufbuild/protobuf';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import { ResourceSchema, StateService } from '../../supervisor/api/generated/eft/v1/state_pb.js';
import { openAuthority } from '../../supervisor/pki/authority.ts';
import { serverCredential } from '../../tests/cli/credentials.ts';
import { measuredId, measuredKind, measuredValue, type ServerStart } from './messages.ts';

const start: ServerStart = JSON.parse(process.argv[2] ?? '{}');
const { certificate, key } = await serverCredential(openAuthority(start.authority, start.authorityKey));
const { order, state, began, took, message } = measuredValue;
const resource = create(ResourceSchema, {
  kind: measuredKind,
  id: measuredId,
  version: 1n,
  phase: 'running',
  owner: 'supervisor',
  value: { order, state, began: String(began), took: String(took), message },
});
const server = createSecureServer({
  cert: certificate,
  key,
  minVersion: 'TLSv1.3',
  requestCert: true,
  rejectUnauthorized: false,
});
server.on(
  'request',
  connectNodeAdapter({
    routes: (router) => {
      router.service(StateService, {
        get: () => ({ resource }),
        watch: async function* (_, { signal }) {
          yield { changes: [{ change: { case: 'put' as const, value: resource } }], isSynced: true };
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        },
      });
    },
  }),
);
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  process.send?.({ type: 'ready', port, gateway: process.pid });
});
process.on('disconnect', () => process.exit());
