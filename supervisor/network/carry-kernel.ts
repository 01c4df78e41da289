/** Carries out `eft:host/kernel`: holds each call against the module's grant, here, outside of the cell, and then asks the kernel. */
import type { Names } from '../capabilities/generated/host-kernel.ts';
import { kernelName } from '../capabilities/kernel.ts';
import type { Carrier } from '../cells/cell-world.ts';
import { RequestFailure } from '../cells/request-table.ts';
import { quotable } from '../document/document.ts';
import { EftError } from '../errors/eft-error.ts';
import type { Grant } from '../manifest/grants.ts';
import type { Manifest } from '../manifest/manifest.ts';
import type { KernelGrant } from '../manifest/network-grants.ts';
import { coversAccess, sysctlAccess } from '../manifest/network-scope.ts';
import { isKernelError } from '../native/errno.ts';
import { getNames, HOST_NAME_BYTES_MAX, setDomainName, setHostName } from '../native/namespace.ts';
import { carryOut, type Told, unfit } from './network-failure.ts';
import { asText } from './parameters.ts';
import { SysctlFiles, writtenBytesLimit } from './sysctl-file.ts';

/** Bytes of the name of a sysctl. */
const sysctlNameLimit = 255;
/** What the kernel calls a domain name that was never set (`include/linux/uts.h`, UTS_DOMAINNAME). */
const noDomainName = '(none)';

/** The carrier of `eft:host/kernel`. `grantsOf`: what a module may use, what its manifest grants or less. */
export function carryKernel(grantsOf: (manifest: Manifest) => readonly Grant[]): Carrier {
  const files = new SysctlFiles();
  return ({ call, parameters }, { manifest, signal }) => {
    const module = manifest.name;
    const grant = grantsOf(manifest).find((one): one is KernelGrant => one.interface === kernelName);
    const target = call.endsWith('names') ? 'the names of the machine' : quotable(String(parameters[0]));
    const told = (): Told => ({ module, call: call.replace(/-\w+$/, ''), target });
    return carryOut<Names | string | undefined>(told, async () => {
      switch (call) {
        case 'set-names':
          checkNames(module, grant, 'read-write');
          setNames(asText(parameters[0]), asText(parameters[1]), told());
          return undefined;
        case 'read-names': {
          checkNames(module, grant, 'read');
          const { hostName, domainName } = getNames();
          return { hostName, domainName: domainName === noDomainName ? '' : domainName };
        }
        case 'read-sysctl': {
          const name = asText(parameters[0]);
          checkSysctl(module, grant, name, 'read', told());
          return await orNotFound(files.read(name, signal));
        }
        case 'write-sysctl': {
          const name = asText(parameters[0]);
          const value = asText(parameters[1]);
          checkSysctl(module, grant, name, 'read-write', told());
          if (Buffer.byteLength(value) > writtenBytesLimit || /[\n\0]/.test(value)) {
            const correction = `write one line of at most ${writtenBytesLimit} bytes, without its end`;
            throw unfit(told(), 'the value is not one line of that length', correction);
          }
          await orNotFound(files.write(name, value, signal));
          return undefined;
        }
        default:
          throw new TypeError(`${kernelName} has no call ${call}`);
      }
    });
  };
}

/** Fails unless the grant has this access to the names of the machine. Errors: `network.names`. */
export function checkNames(
  module: string,
  grant: KernelGrant | undefined,
  access: 'read' | 'read-write',
): void {
  if (coversAccess(grant?.names, access)) return;
  const known = grant?.names === undefined ? 'no `names`' : `\`names: ${grant.names}\``;
  throw EftError.of('network.names', {
    module,
    call: access === 'read' ? 'read' : 'set',
    access,
    known,
  });
}

/**
 * Fails unless `name` is the name of a sysctl that the grant covers. Errors: `network.unfit`, `network.sysctl`,
 * `network.sysctl-read-only`.
 */
export function checkSysctl(
  module: string,
  grant: KernelGrant | undefined,
  name: string,
  access: 'read' | 'read-write',
  told: Told,
): void {
  const isName =
    Buffer.byteLength(name) <= sysctlNameLimit &&
    name.isWellFormed() &&
    name.split('/').every((part) => !['', '.', '..'].includes(part) && !part.includes('\0'));
  if (!isName)
    throw unfit(told, 'it is no name of a sysctl', 'write its parts with `/` between: `net/ipv4/ip_forward`');
  const scopes = grant?.sysctls ?? [];
  const granted = sysctlAccess(scopes, name);
  if (coversAccess(granted, access)) return;
  if (granted !== undefined) throw EftError.of('network.sysctl-read-only', { module, name: quotable(name) });
  throw EftError.of('network.sysctl', {
    module,
    call: access === 'read' ? 'read' : 'write',
    name: quotable(name),
    access,
    known: scopes.map((scope) => scope.name).join(', ') || 'no sysctl',
  });
}

function setNames(hostName: string, domainName: string, told: Told): void {
  const correction = `write names of 1 to ${HOST_NAME_BYTES_MAX} bytes without a zero byte; only the domain name may be empty`;
  const fault = (name: string) =>
    Buffer.byteLength(name) > HOST_NAME_BYTES_MAX || name.includes('\0') || !name.isWellFormed();
  if (hostName === '' || fault(hostName)) throw unfit(told, 'the host name is none', correction);
  if (domainName === noDomainName || fault(domainName))
    throw unfit(told, 'the domain name is none', correction);
  setHostName(hostName);
  setDomainName(domainName === '' ? noDomainName : domainName);
}

async function orNotFound<Value>(result: Promise<Value>): Promise<Value> {
  try {
    return await result;
  } catch (error) {
    throw isKernelError(error, 'ENOENT') ? new RequestFailure({ tag: 'not-found' }) : error;
  }
}
