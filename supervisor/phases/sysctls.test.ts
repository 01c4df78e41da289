import { expect, it } from 'vitest';
import { applySysctls, changeSysctls, type SysctlFiles, type SysctlMemory, sysctls } from './sysctls.ts';

/** A /proc/sys in memory, with every sysctl at a value that nobody wants but those in `lacking`. */
function memory(lacking: readonly string[] = []) {
  const values = new Map(
    sysctls.filter(({ name }) => !lacking.includes(name)).map(({ name }) => [name, 'x\n']),
  );
  const written: string[] = [];
  const files: SysctlFiles = {
    read: (name) => {
      const value = values.get(name);
      if (value === undefined) throw Object.assign(new Error(name), { code: 'ENOENT' });
      return value;
    },
    write: (name, value) => {
      written.push(name);
      values.set(name, `${value}\n`);
    },
  };
  return { files, written, values };
}

it('sets every sysctl on a machine, and none a second time', () => {
  const { files, written, values } = memory();
  expect(applySysctls('machine', [], files)).toMatchObject({ message: `${sysctls.length} set`, missing: [] });
  expect(values.get('kernel/kptr_restrict')).toBe('2\n');
  expect(written).toHaveLength(sysctls.length);
  applySysctls('machine', [], files);
  expect(written).toHaveLength(sysctls.length);
});

it('sets only those of its own network in a namespace', () => {
  const { files, written } = memory();
  const { message } = applySysctls('namespace', [], files);
  expect(written.every((name) => /^net\/ipv[46]\//.test(name))).toBe(true);
  expect(written).toContain('net/ipv4/ip_forward');
  expect(message).toMatch(/^\d+ set, \d+ are the host's$/);
});

it('says which the kernel does not have, and sets the others', () => {
  const { files, written } = memory(['kernel/yama/ptrace_scope']);
  expect(applySysctls('machine', [], files).missing).toEqual(['this kernel has no kernel/yama/ptrace_scope']);
  expect(written).toHaveLength(sysctls.length - 1);
});

it('does not miss what restrains a thing that the kernel does not have', () => {
  const { files } = memory(['vm/unprivileged_userfaultfd']);
  const outcome = applySysctls('machine', [], files);
  expect(outcome).toMatchObject({ message: `${sysctls.length - 1} set`, missing: [] });
});

it('says which the kernel refuses', () => {
  const { files } = memory();
  const write = (): never => {
    throw Object.assign(new Error('no'), { code: 'EPERM' });
  };
  expect(applySysctls('namespace', [], { ...files, write }).missing).toContain(
    'net/ipv4/ip_forward stays as it is (EPERM)',
  );
});

it('sets those of the machine configuration last', () => {
  const { files, values, written } = memory();
  const configured = [{ name: 'kernel/panic', value: '60', reason: 'a test' }];
  applySysctls('machine', configured, files);
  expect(values.get('kernel/panic')).toBe('60\n');
  expect(written.at(-1)).toBe('kernel/panic');
});

it('sets one that a configuration names no more to what it was before', () => {
  const { files, values } = memory();
  const configured = (values: Readonly<Record<string, string>>) =>
    Object.entries(values).map(([name, value]) => ({ name, value, reason: 'a test' }));
  const before: SysctlMemory = new Map();
  values.set('vm/swappiness', '60\n');
  applySysctls('machine', configured({ 'vm/swappiness': '1', 'net/ipv4/ip_forward': '0' }), files, before);
  expect([values.get('vm/swappiness'), values.get('net/ipv4/ip_forward')]).toEqual(['1\n', '0\n']);
  expect(changeSysctls('machine', configured({ 'vm/swappiness': '2' }), before, files)).toEqual([]);
  // What every node has comes back.
  expect([values.get('vm/swappiness'), values.get('net/ipv4/ip_forward')]).toEqual(['2\n', '1\n']);
  expect(changeSysctls('machine', [], before, files)).toEqual([]);
  expect([values.get('vm/swappiness'), before.size]).toEqual(['60\n', 0]);
  expect(changeSysctls('machine', configured({ 'vm/no_such': '2' }), before, files)).toEqual([
    'this kernel has no sysctl vm/no_such',
  ]);
  expect(changeSysctls('namespace', configured({ 'vm/swappiness': '2' }), before, files)).toEqual([]);
  expect(values.get('vm/swappiness')).toBe('60\n');
});

it('gives each sysctl once, with a reason', () => {
  expect(new Set(sysctls.map(({ name }) => name)).size).toBe(sysctls.length);
  expect(sysctls.filter(({ reason }) => reason.length < 10)).toEqual([]);
});
