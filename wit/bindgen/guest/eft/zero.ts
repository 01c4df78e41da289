/**
 * The all-zero value of a type: 0, false, or a null reference that the type does not admit. It fills fields that
 * checked accessors never hand out.
 */
export function zero<T>(): T {
  if (isReference<T>()) return changetype<T>(0);
  // @ts-ignore: T is a number here
  return <T>0;
}
