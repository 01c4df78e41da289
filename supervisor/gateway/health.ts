/**
 * `grpc.health.v1.Health`: whether the API answers. The gateway knows by itself: it has a certificate and a link only as long as there is a PID 1 that gives them, and ends when the link
 * does. So whoever gets an answer gets `SERVING`, and whoever gets none knows it too. It says nothing of what the node is like: that is in resources.
 */
import { Code, ConnectError, type ConnectRouter, type HandlerContext } from '@connectrpc/connect';
import { Health, HealthCheckResponse_ServingStatus } from './generated/grpc/health/v1/health_pb.js';

const { SERVING, SERVICE_UNKNOWN } = HealthCheckResponse_ServingStatus;

/** Adds the service, which answers for the server (an empty name), and for services of these names. */
export function addHealth(router: ConnectRouter, serviceNames: readonly string[]): void {
  const isKnown = (name: string): boolean => name === '' || serviceNames.includes(name);
  router.service(Health, {
    check: ({ service }) => {
      if (isKnown(service)) return { status: SERVING };
      throw new ConnectError(`there is no service ${service}`, Code.NotFound);
    },
    async *watch({ service }, { signal }) {
      yield { status: isKnown(service) ? SERVING : SERVICE_UNKNOWN };
      // It stays so until the gateway ends, and this with it.
      await aborted(signal);
    },
  });
}

function aborted(signal: HandlerContext['signal']): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
