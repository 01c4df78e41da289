// Generated from the WIT by `eft module build`: change the WIT, not this file.

/** Imported: inline. */

@external('cm32p2|inline', 'twice')
declare function host_twice(c0: i32): i32;

export function twice(value: u32): u32 {
  return <u32>host_twice(value);
}
