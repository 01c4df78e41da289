let relaying: bool = false;

/** Whether `echo` asks the host. */
export function isRelaying(): bool {
  return relaying;
}

export function relay(on: bool): void {
  relaying = on;
}

export function litter(count: u32): void {
  for (let index: u32 = 0; index < count; ++index) last = 'litter ' + index.toString();
}

let last: string = '';

export function pages(): u32 {
  return memory.size();
}
