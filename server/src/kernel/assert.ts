/** A defect of ours, not an operating error: the role that meets it stops. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError'
}

/** What must hold here, whatever the input. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message)
}

/** A value that cannot be missing here. */
export function must<T>(value: T | undefined | null, message: string): T {
  assert(value !== undefined && value !== null, message)
  return value
}
