import { type ErrorCode, errors } from '@aiops/contract/error'

type FaultOptions = {
  cause?: unknown
  details?: readonly { path: string; message: string }[]
  retryAfterSeconds?: number
}

/** An operating error: something outside went wrong, and its sender can be told in one sentence. Defects are asserts. */
export class Fault extends Error {
  override readonly name = 'Fault'
  readonly code: ErrorCode
  readonly details: readonly { path: string; message: string }[]
  /** For codes that may be retried: seconds to wait. */
  readonly retryAfterSeconds: number
  constructor(code: ErrorCode, message: string, options: FaultOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.details = options.details ?? []
    this.retryAfterSeconds = options.retryAfterSeconds ?? 1
  }
  get status(): number {
    return errors[this.code].status
  }
  get retry(): boolean {
    return errors[this.code].retry
  }
}

export const isFault = (error: unknown): error is Fault => error instanceof Fault

/** The message of whatever was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
