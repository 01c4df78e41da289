/**
 * A NoCloud disk as a source (cloud-init's NoCloud data source): a file system with the label `cidata` or `CIDATA`, of vfat or ISO 9660, with
 * the files `user-data` and `meta-data`. `user-data` is the machine configuration; of `meta-data` the host name is taken, of the layer
 * `platform`, so that one disk image of a configuration can serve many machines. `network-config` is in a format of its own, which
 * Eft does not read: it is refused and not passed over, since a machine would otherwise come up with another network than its owner has written.
 *
 * Mounting the disk is not done here (config/disks/).
 */
import type { NetworkConfig } from '../../capabilities/generated/resources-network-config.ts';
import { readYaml } from '../../document/yaml-document.ts';
import { EftError } from '../../errors/eft-error.ts';
import { domainName, hostName } from '../forms.ts';
import { emptyNetworkConfig } from '../network-config.ts';
import type { FoundConfig } from './source.ts';

/** The labels by which such a disk is found. */
export const noCloudLabels: readonly string[] = ['cidata', 'CIDATA'];
/** The files that are read, from the root of the disk. Read no more than `maximumConfigBytes` and one byte of each. */
export const noCloudFiles = ['user-data', 'meta-data', 'network-config'] as const;

/** The id under which the disk's host name is put. */
export const noCloudId = 'no-cloud';

/**
 * The configuration on a mounted disk, whose files are given by name; undefined if it has no `user-data`, or an empty one.
 * Errors: `config.no-cloud`; those of `readYaml` for `meta-data`.
 */
export function configOfNoCloud(files: ReadonlyMap<string, Uint8Array>): FoundConfig | undefined {
  const userData = files.get('user-data');
  if (userData === undefined || userData.length === 0) return undefined;
  if ((files.get('network-config')?.length ?? 0) > 0) {
    throw EftError.of('config.no-cloud', {
      reason: 'the disk has a file `network-config`, which Eft does not read',
      correction: 'put the network into `user-data`, below `machine.network`, and take the file away',
    });
  }
  const text = Buffer.from(userData.subarray(0, 64)).toString('utf8');
  if (text.startsWith('#cloud-config') || text.startsWith('#!')) {
    throw EftError.of('config.no-cloud', {
      reason: '`user-data` is for cloud-init',
      correction: 'put a machine configuration there: `eft config gen` writes one',
    });
  }
  return {
    source: 'no-cloud',
    file: 'user-data',
    bytes: userData,
    network: networkOf(files.get('meta-data')),
  };
}

function networkOf(metaData: Uint8Array | undefined): NetworkConfig | undefined {
  if (metaData === undefined || metaData.length === 0) return undefined;
  const document = readYaml(Buffer.from(metaData).toString('utf8'), 'meta-data', 'meta-data');
  if (document.kind !== 'map') return undefined;
  const named = document.fields.get('local-hostname')?.value;
  if (named === undefined) return undefined;
  const full = named.kind === 'text' ? named.value.toLowerCase() : '';
  const at = full.indexOf('.');
  const host = at === -1 ? full : full.slice(0, at);
  const domain = at === -1 ? undefined : full.slice(at + 1);
  if (!hostName.pattern.test(host) || (domain !== undefined && !domainName.pattern.test(domain))) {
    throw EftError.of(
      'config.no-cloud',
      {
        reason: '`local-hostname` of `meta-data` is no host name',
        correction: `write ${hostName.form}`,
      },
      { place: named.where.place },
    );
  }
  return { ...emptyNetworkConfig, layer: 'platform', hostName: host, domainName: domain };
}
