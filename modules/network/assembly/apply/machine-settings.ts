/**
 * What is not netlink: the names of the machine, resolv.conf and hosts, and the IPv6 settings of links. Each is a small job that is done when
 * its content is another than the last that was done; one request is open per job.
 */
import { takeDone as takeFile, write as writeFile } from '../bindings/host-files';
import { setNames, takeDone as takeKernel, writeSysctl } from '../bindings/host-kernel';
import { Failure, FailureKind } from '../bindings/host-requests';
import { DeclaredNetwork } from '../model/declared-network';
import { Ipv6Mode } from '../model/link';
import { Problem } from '../model/problem';
import { KernelView } from '../observe/kernel-view';
import { hostsText, resolverText } from './name-files';
import { never } from './plan';

const retryAfter: u64 = 5_000_000_000;

enum JobKind {
  Names,
  File,
  Sysctl,
}

class Job {
  wanted: string = '';
  /** Null: nothing done yet. */
  done: string | null = null;
  isOpen: bool = false;
  request: u64 = 0;
  asked: string = '';
  notBefore: u64 = 0;
  problem: string = '';
  isWanted: bool = false;
  constructor(
    public readonly kind: JobKind,
    public readonly subject: string,
    public readonly target: string,
  ) {}

  get isRight(): bool {
    const done = this.done;
    return !this.isWanted || (done !== null && done == this.wanted);
  }
}

/** Between a host name and a domain name, neither of which can have it. */
const separator = '\n';

@final
export class MachineSettings {
  private readonly jobs: Map<string, Job> = new Map();
  /** Whether something was done or failed since whoever looks has put it to false. */
  isChanged: bool = false;

  get hasNames(): bool {
    return this.isRight('names');
  }

  get hasResolvers(): bool {
    return this.isRight('resolv.conf');
  }

  /** What is to be: from the declared network and the links that there are. */
  want(network: DeclaredNetwork, view: KernelView): void {
    if (network.hostName.length > 0) {
      const names = network.hostName + separator + network.domainName;
      this.job(JobKind.Names, 'names', 'hostname-status/hostname', '', names);
    }
    this.job(
      JobKind.File,
      'resolv.conf',
      'resolver-status/resolvers',
      'etc/resolv.conf',
      resolverText(network),
    );
    this.job(JobKind.File, 'hosts', 'network-config/hosts', 'etc/hosts', hostsText(network));
    const links = network.links.values();
    for (let index = 0; index < links.length; ++index) {
      const link = links[index];
      const at = view.indexOf(link.name);
      if (link.ipv6 == Ipv6Mode.Unset || at == 0) continue;
      // A link that is made anew has new settings: its number tells it from the one before.
      const folder = 'net/ipv6/conf/' + link.name + '/';
      const key = at.toString() + '/' + folder;
      const subject = 'link-spec/' + link.name;
      const isOff = link.ipv6 == Ipv6Mode.Off;
      this.job(JobKind.Sysctl, key + 'disable_ipv6', subject, folder + 'disable_ipv6', isOff ? '1' : '0');
      // 2: also on a machine that forwards packets (Documentation/networking/ip-sysctl.rst, accept_ra).
      const accepts = link.ipv6 == Ipv6Mode.RouterAdvertisements ? '2' : '0';
      this.job(JobKind.Sysctl, key + 'accept_ra', subject, folder + 'accept_ra', accepts);
    }
  }

  /** Asks for what is not done. Gives when to look again. */
  pursue(now: u64): u64 {
    let wakeAt = never;
    const jobs = this.jobs.values();
    for (let index = 0; index < jobs.length; ++index) {
      const job = jobs[index];
      if (job.isRight || job.isOpen) continue;
      if (job.notBefore > now) wakeAt = min(wakeAt, job.notBefore);
      else ask(job);
    }
    return wakeAt;
  }

  /** Whether the answer is one of these. */
  answered(request: u64, now: u64): bool {
    const jobs = this.jobs.values();
    for (let index = 0; index < jobs.length; ++index) {
      const job = jobs[index];
      if (!job.isOpen || job.request != request) continue;
      job.isOpen = false;
      this.isChanged = true;
      const answer = job.kind == JobKind.File ? takeFile(request) : takeKernel(request);
      if (answer.isOk) {
        job.done = job.asked;
        job.problem = '';
      } else {
        // It may have been done all the same.
        job.done = null;
        job.problem = failureText(answer.unwrapError());
        job.notBefore = now + retryAfter;
      }
      return true;
    }
    return false;
  }

  /** Requests made in the last event were never made; of those before, too, nobody waits for the answer any more, and what they do is not known. */
  doubt(): void {
    const jobs = this.jobs.values();
    for (let index = 0; index < jobs.length; ++index) {
      if (jobs[index].isOpen) jobs[index].done = null;
      jobs[index].isOpen = false;
    }
  }

  /** What could not be done. Gives how many things are not done yet. What nobody wants any more is forgotten: links come and go. */
  tell(problems: Array<Problem>): u32 {
    let open: u32 = 0;
    const keys = this.jobs.keys();
    const jobs = this.jobs.values();
    for (let index = 0; index < jobs.length; ++index) {
      const job = jobs[index];
      if (!job.isWanted && !job.isOpen) this.jobs.delete(keys[index]);
      if (job.isRight) continue;
      ++open;
      if (job.problem.length > 0) problems.push(new Problem(job.subject, job.problem, 1));
    }
    return open;
  }

  /** What does not hold between two events: a sentence for each. `wakesAt`: when the module looks again by itself. */
  sayBroken(wakesAt: u64, broken: Array<string>): void {
    const jobs = this.jobs.values();
    const requests = new Set<u64>();
    for (let index = 0; index < jobs.length; ++index) {
      const job = jobs[index];
      const name = '"' + job.subject + '" by "' + job.target + '"';
      if (job.isOpen && requests.has(job.request)) broken.push(name + ': another waits for the same answer');
      if (job.isOpen) requests.add(job.request);
      else if (!job.isRight && wakesAt > job.notBefore) broken.push(name + ': nothing would try it again');
      else if (!job.isWanted && !this.isChanged) broken.push(name + ': it is kept, and nobody wants it');
    }
  }

  /** Nothing is wanted any more unless it is said again. */
  beginWanting(): void {
    const keys = this.jobs.keys();
    for (let index = 0; index < keys.length; ++index) this.jobs.get(keys[index]).isWanted = false;
  }

  private isRight(key: string): bool {
    return this.jobs.has(key) && this.jobs.get(key).isRight;
  }

  private job(kind: JobKind, key: string, subject: string, target: string, wanted: string): void {
    if (!this.jobs.has(key)) this.jobs.set(key, new Job(kind, subject, target));
    const job = this.jobs.get(key);
    if (job.wanted != wanted) job.notBefore = 0;
    job.wanted = wanted;
    job.isWanted = true;
  }
}

function ask(job: Job): void {
  job.asked = job.wanted;
  job.isOpen = true;
  if (job.kind == JobKind.File) {
    job.request = writeFile(job.target, bytesOf(job.wanted));
  } else if (job.kind == JobKind.Sysctl) {
    job.request = writeSysctl(job.target, job.wanted);
  } else {
    const at = job.wanted.indexOf(separator);
    job.request = setNames(job.wanted.substring(0, at), job.wanted.substring(at + 1));
  }
}

function bytesOf(text: string): StaticArray<u8> {
  const encoded = String.UTF8.encode(text);
  const bytes = new StaticArray<u8>(encoded.byteLength);
  memory.copy(changetype<usize>(bytes), changetype<usize>(encoded), <usize>encoded.byteLength);
  return bytes;
}

/** Why a call came to nothing, and what would help. */
export function failureText(failure: Failure): string {
  switch (failure.kind) {
    case FailureKind.Denied:
      return 'it is not allowed: ' + failure.asDenied();
    case FailureKind.Invalid:
      return 'the host does not take it: ' + failure.asInvalid();
    case FailureKind.NotFound:
      return 'what it is to be written to is not there: see that the directory exists, or that the kernel has the setting';
    case FailureKind.Deadline:
      return 'it took longer than it may, and is tried again';
    case FailureKind.Cancelled:
      return 'it was given up, and is tried again';
    case FailureKind.TooMany:
      return 'too much is asked for at a time; it is tried again';
    default:
      return 'the kernel refuses it: ' + failure.asKernel().item1;
  }
}
