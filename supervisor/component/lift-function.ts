/**
 * `canon lift`: makes a host function out of a core function of the guest.
 *
 * The closures come in a few shapes. Functions of up to three scalar parameters and a scalar result have shapes of their own,
 * without lists in between: a call then costs little more than the core call itself.
 *
 * Spec: CanonicalABI.md, "canon lift", `lift_flat_values`, `lower_flat_values`.
 */
import type { CallContext, CoreValue } from './call-context.ts';
import { asNumber, FlatValues, wrongValue } from './codec.ts';
import { codecOf } from './codec-compound.ts';
import { liftScalar, lowerScalar, notScalar, scalarCodeOf } from './codec-scalar.ts';
import { flatParameterLimit, flatResultLimit, sequenceLayout } from './layout.ts';
import type { FunctionType } from './types.ts';

export type CoreCall = (...parameters: CoreValue[]) => unknown;
export type HostFunction = (...parameters: unknown[]) => unknown;

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
      context.beginLift();
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

/**
 * The shapes without lists; undefined if the function has parameters or a result that are not scalar. Written out rather than
 * composed: at this size a closure between would cost as much as the call.
 */
function scalarShape(
  name: string,
  type: FunctionType,
  context: CallContext,
  core: CoreCall,
  postReturn: CoreCall | undefined,
): HostFunction | undefined {
  const codes = type.parameters.map((parameter) => scalarCodeOf(parameter.type));
  const resultCode = scalarCodeOf(type.result);
  const isScalar = !codes.includes(notScalar) && (type.result === undefined || resultCode !== notScalar);
  const [first = 0, second = 0, third = 0] = codes;
  if (!isScalar || codes.length > 3) return undefined;
  const { instance } = context;

  const finishCall = (returned: unknown): unknown => {
    let result: unknown;
    if (resultCode !== notScalar) {
      if (typeof returned !== 'number' && typeof returned !== 'bigint')
        throw new TypeError('a core function returned no number');
      result = liftScalar(resultCode, returned);
    }
    if (postReturn !== undefined) finish(context, postReturn, returned);
    instance.leave(name);
    return result;
  };
  switch (codes.length) {
    case 0:
      return () => {
        instance.enter(name);
        try {
          return finishCall(core());
        } catch (error) {
          throw instance.end(name, error);
        }
      };
    case 1:
      return (a) => {
        instance.enter(name);
        try {
          return finishCall(core(lowerScalar(first, a)));
        } catch (error) {
          throw instance.end(name, error);
        }
      };
    case 2:
      return (a, b) => {
        instance.enter(name);
        try {
          return finishCall(core(lowerScalar(first, a), lowerScalar(second, b)));
        } catch (error) {
          throw instance.end(name, error);
        }
      };
    default:
      return (a, b, c) => {
        instance.enter(name);
        try {
          return finishCall(core(lowerScalar(first, a), lowerScalar(second, b), lowerScalar(third, c)));
        } catch (error) {
          throw instance.end(name, error);
        }
      };
  }
}
