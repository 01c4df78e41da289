/**
 * `canon lower`: makes a core function, which the guest calls, out of a function of the host.
 *
 * A failure of the host ends the instance before it is thrown into the guest, which might catch it.
 *
 * Spec: CanonicalABI.md, "canon lower".
 */
import type { CallContext, CoreValue } from './call-context.ts';
import { asNumber, type Codec, FlatValues } from './codec.ts';
import { codecOf } from './codec-compound.ts';
import { flatParameterLimit, flatResultLimit, sequenceLayout } from './layout.ts';
import type { CoreCall, HostFunction } from './lift-function.ts';
import type { FunctionType } from './types.ts';

/** Makes the core function that calls `host`, which is `name` of the imported interface, for people. */
export function lowerFunction(
  name: string,
  type: FunctionType,
  context: CallContext,
  host: HostFunction,
): CoreCall {
  const scalar = scalarShape(name, type, context, host);
  if (scalar !== undefined) return scalar;
  const liftParameters = parameterLifting(type);
  const lowerResult = resultLowering(type);
  const { instance } = context;
  return (...flat) => {
    try {
      instance.callOut();
      context.renew();
      const source = new FlatValues(flat);
      context.beginLift();
      const result = host(...liftParameters(context, source));
      context.renew();
      const returned = lowerResult(context, result, source);
      instance.endLoans();
      return returned;
    } catch (error) {
      throw instance.end(name, error);
    }
  };
}

function parameterLifting(type: FunctionType): (context: CallContext, source: FlatValues) => unknown[] {
  const types = type.parameters.map((parameter) => parameter.type);
  const codecs = types.map(codecOf);
  const { flat, size, alignment, offsets } = sequenceLayout(types);
  if (flat.length <= flatParameterLimit) {
    return (context, source) => codecs.map((codec) => codec.lift(context, source));
  }
  return (context, source) => {
    const block = source.u32();
    context.memory.check(block, size, alignment, 'the parameters');
    return codecs.map((codec, index) => codec.load(context, block + (offsets[index] ?? 0)));
  };
}

/** Lowers the result: flat, or to the place that the guest's last parameter names. */
function resultLowering(
  type: FunctionType,
): (context: CallContext, result: unknown, source: FlatValues) => CoreValue | undefined {
  if (type.result === undefined) return () => undefined;
  const codec = codecOf(type.result);
  const { flat, size, alignment } = codec.layout;
  if (flat.length <= flatResultLimit) {
    return (context, result) => {
      const sink: CoreValue[] = [];
      codec.lower(context, result, sink);
      return sink[0];
    };
  }
  return (context, result, source) => {
    const pointer = source.u32();
    context.memory.check(pointer, size, alignment, 'the place for a result');
    codec.store(context, pointer, result);
    return undefined;
  };
}

/** The shapes without lists, as in lift-function.ts. */
function scalarShape(
  name: string,
  type: FunctionType,
  context: CallContext,
  host: HostFunction,
): CoreCall | undefined {
  const lifts: NonNullable<Codec['liftOne']>[] = [];
  for (const parameter of type.parameters) {
    const { liftOne } = codecOf(parameter.type);
    if (liftOne === undefined) return undefined;
    lifts.push(liftOne);
  }
  const lowerOne = type.result === undefined ? () => 0 : codecOf(type.result).lowerOne;
  if (lowerOne === undefined || lifts.length > 4) return undefined;
  const { instance } = context;
  const guard = (call: (a: CoreValue, b: CoreValue, c: CoreValue, d: CoreValue) => unknown): CoreCall => {
    return (a = 0, b = 0, c = 0, d = 0) => {
      try {
        instance.callOut();
        const returned = lowerOne(context, call(a, b, c, d));
        instance.endLoans();
        return returned;
      } catch (error) {
        throw instance.end(name, error);
      }
    };
  };
  const [first, second, third, fourth] = lifts;
  if (first === undefined) return guard(() => host());
  if (second === undefined) return guard((a) => host(first(context, a)));
  if (third === undefined) return guard((a, b) => host(first(context, a), second(context, b)));
  if (fourth === undefined) {
    return guard((a, b, c) => host(first(context, a), second(context, b), third(context, c)));
  }
  return guard((a, b, c, d) =>
    host(first(context, a), second(context, b), third(context, c), fourth(context, d)),
  );
}

/** The core functions `resource.new`, `resource.rep` and `resource.drop` take a handle or a number: as unsigned 32 bits. */
export function unsigned(value: CoreValue): number {
  return asNumber(value) >>> 0;
}
