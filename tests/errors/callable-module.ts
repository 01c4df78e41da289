/** A module with functions to call: small, written as text, and doing one thing that `eft module call` does not provide. */
import { parse } from '@bytecodealliance/jco';
import { attachManifest } from '../../supervisor/trust/module-file.ts';
import { smallManifest } from './small-module.ts';

const text = `(component
  (import "acme:lamp/dark@1.0.0" (instance $dark
    (type $record (record (field "level" u8) (field "since" (option u64))))
    (export "dark" (type $named (eq $record)))
    (export "get" (func (param "id" string) (result $named)))))
  (import "eft:host/requests@0.1.0" (instance $requests (export "cancel" (func (param "request" u64)))))
  (core func $cancel (canon lower (func $requests "cancel")))
  (type $bulb (resource (rep i32)))
  (core module $m (import "" "cancel" (func $cancel (param i64)))
    (memory 1 1)
    (func (export "start") (param i32) (call $cancel (i64.const 1)))
    (func (export "take") (param i32)))
  (core instance $host (export "cancel" (func $cancel)))
  (core instance $i (instantiate $m (with "" (instance $host))))
  (func $start (param "hour" u32) (canon lift (core func $i "start")))
  (func $take (param "bulb" (own $bulb)) (canon lift (core func $i "take")))
  (instance $lifecycle (export "start" (func $start)))
  (export "eft:module/lifecycle@0.1.0" (instance $lifecycle))
  (instance $bulbs (export "bulb" (type $bulb)) (export "take" (func $take)))
  (export "acme:lamp/bulbs@1.0.0" (instance $bulbs))
  (instance $one (export "start" (func $start)))
  (export "acme:one/switch@1.0.0" (instance $one))
  (instance $two (export "start" (func $start)))
  (export "acme:two/switch@1.0.0" (instance $two)))`;

/** The module file, unsigned. */
export async function callableModule(): Promise<Uint8Array> {
  return attachManifest(await parse(text), {
    ...smallManifest,
    outputs: [],
    grants: [{ interface: 'eft:host/requests', reason: 'gives up what takes too long' }],
  });
}
