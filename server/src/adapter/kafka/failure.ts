import { findErrorBy } from '@platformatic/kafka'
import { Fault, isFault, messageOf } from '../../kernel/fault.ts'

const retryAfterSeconds = 5

/** Whether the broker refused a batch for its size (Kafka's MESSAGE_TOO_LARGE, RECORD_LIST_TOO_LARGE). */
export const isTooLarge = (error: unknown): boolean =>
  hasApiId(error, 'MESSAGE_TOO_LARGE') || hasApiId(error, 'RECORD_LIST_TOO_LARGE')

export function unavailable(error: unknown): Fault {
  if (isFault(error)) return error
  if (isTooLarge(error))
    return new Fault(
      'BODY_TOO_LARGE',
      'Kafka takes no message that large; raise max.message.bytes of the topic.',
      {
        cause: error,
      },
    )
  return new Fault('STORAGE_UNAVAILABLE', `Kafka cannot be written or read now: ${reasonOf(error)}.`, {
    cause: error,
    retryAfterSeconds,
  })
}

export const hasApiId = (error: unknown, apiId: string): boolean =>
  error instanceof Error && findErrorBy(error, 'apiId', apiId) !== null

/** What lies at the bottom: the client's own sentences say only that it tried. */
function reasonOf(error: unknown): string {
  let at = error
  for (let depth = 0; depth < 8; depth += 1) {
    if (at instanceof AggregateError && at.errors.length > 0) at = at.errors.at(-1)
    else if (at instanceof Error && at.cause !== undefined) at = at.cause
    else break
  }
  return messageOf(at).replace(/[.\s]+$/, '')
}
