/**
 * `canon lift`: makes a host function out of a core function of the guest.
 *
 * The closures come in a few shapes. Functions of up to four parameters and a result that are one core value each have
 * shapes of their own, without lists in between: a call then costs little more than the core call itself.
 *
 * Spec: CanonicalABI.md, "canon lift", `lift_flat_values`, `lower_flat_values`.
 */
import type { CallContext, CoreValue } from './call-context.ts';
import { asNumber, type Codec, FlatValues, wrongValue } from './codec.ts';
import { codecOf } from './codec-compound.ts';
import { flatParameterLimit, flatResultLimit, sequenceLayout } from './layout.ts';
import type { FunctionType } from './types.ts';

export type CoreCall = (...parameters: CoreValue[]) => unknown;
export type HostFunction = (...parameters: unknown[]) => unknown;

type LowerOne = NonNullable<Codec['lowerOne']>;
type LiftOne = NonNullable<Codec['liftOne']>;

/**
 * Makes the host function for the export `name` of type `type`. Every failure inside ends the instance
 * (`InstanceState.end`) and is thrown as a coded error.
 */
export function liftFunction(
  name: string,
  type: FunctionType,
  context: CallContext,
  core: CoreCall,
  postReturn: CoreCall | undefined,
): HostFunction {
  const scalar = scalarShape(name, type, context, core, postReturn);
  if (scalar !== undefined) return scalar;
  const lowerParameters = parameterLowering(type);
  const liftResult = resultLifting(type);
  const { instance } = context;
  return (...parameters) => {
    instance.enter(name);
    try {
      context.renew();
      const flat = lowerParameters(context, parameters);
      const returned = core(...flat);
      context.renew();
      const result = liftResult(context, returned);
      if (postReturn !== undefined) finish(context, postReturn, returned);
      instance.leave(name);
      return result;
    } catch (error) {
      throw instance.end(name, error);
    }
  };
}

/** Calls post-return with what the core function returned. The guest must not call out of it. */
function finish({ instance }: CallContext, postReturn: CoreCall, returned: unknown): void {
  instance.mayLeave = false;
  if (returned === undefined) postReturn();
  else postReturn(asCore(returned));
  instance.mayLeave = true;
}

/** Lowers all parameters: flat, or as one block in memory when there are too many. */
function parameterLowering(
  type: FunctionType,
): (context: CallContext, values: readonly unknown[]) => CoreValue[] {
  const types = type.parameters.map((parameter) => parameter.type);
  const codecs = types.map(codecOf);
  const { flat, size, alignment, offsets } = sequenceLayout(types);
  const checkCount = (values: readonly unknown[]): void => {
    if (values.length > codecs.length) throw wrongValue(`${values.length} arguments`, `${codecs.length}`);
  };
  if (flat.length <= flatParameterLimit) {
    return (context, values) => {
      checkCount(values);
      const sink: CoreValue[] = [];
      for (let index = 0; index < codecs.length; index += 1)
        codecs[index]?.lower(context, values[index], sink);
      return sink;
    };
  }
  return (context, values) => {
    checkCount(values);
    const block = context.allocate(size, alignment, 'the parameters');
    codecs.forEach((codec, index) => {
      codec.store(context, block + (offsets[index] ?? 0), values[index]);
    });
    return [block | 0];
  };
}

function resultLifting(type: FunctionType): (context: CallContext, returned: unknown) => unknown {
  if (type.result === undefined) return () => undefined;
  const codec = codecOf(type.result);
  const { flat, size, alignment } = codec.layout;
  if (flat.length <= flatResultLimit) {
    return (context, returned) => codec.lift(context, new FlatValues([asCore(returned)]));
  }
  return (context, returned) => {
    const pointer = asNumber(asCore(returned)) >>> 0;
    context.memory.check(pointer, size, alignment, 'the result');
    return codec.load(context, pointer);
  };
}

/** A core result. The engine has made sure that it is there and a number. */
export function asCore(value: unknown): CoreValue {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  throw new TypeError('a core function returned no number');
}

/** The shapes without lists; undefined if the function has parameters or a result of more than one core value. */
function scalarShape(
  name: string,
  type: FunctionType,
  context: CallContext,
  core: CoreCall,
  postReturn: CoreCall | undefined,
): HostFunction | undefined {
  const lowers: LowerOne[] = [];
  for (const parameter of type.parameters) {
    const { lowerOne } = codecOf(parameter.type);
    if (lowerOne === undefined) return undefined;
    lowers.push(lowerOne);
  }
  const liftOne: LiftOne | undefined =
    type.result === undefined ? () => undefined : codecOf(type.result).liftOne;
  if (liftOne === undefined || lowers.length > 4) return undefined;
  const hasResult = type.result !== undefined;
  const { instance } = context;
  const [first, second, third, fourth] = lowers;

  const finishCall = (returned: unknown): unknown => {
    const result = hasResult ? liftOne(context, asCore(returned)) : undefined;
    if (postReturn !== undefined) finish(context, postReturn, returned);
    instance.leave(name);
    return result;
  };
  const guard = (call: HostFunction): HostFunction => {
    return (a, b, c, d) => {
      instance.enter(name);
      try {
        return finishCall(call(a, b, c, d));
      } catch (error) {
        throw instance.end(name, error);
      }
    };
  };
  if (first === undefined) return guard(() => core());
  if (second === undefined) return guard((a) => core(first(context, a)));
  if (third === undefined) return guard((a, b) => core(first(context, a), second(context, b)));
  if (fourth === undefined) {
    return guard((a, b, c) => core(first(context, a), second(context, b), third(context, c)));
  }
  return guard((a, b, c, d) =>
    core(first(context, a), second(context, b), third(context, c), fourth(context, d)),
  );
}
