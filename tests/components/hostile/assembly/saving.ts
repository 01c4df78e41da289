/** What `save` gives; misdeeds change it. */
export let savedFormat: u32 = 1;
export let savedBytes: i32 = 0;

export function saveWrongly(format: u32, bytes: i32): void {
  savedFormat = format;
  savedBytes = bytes;
}
