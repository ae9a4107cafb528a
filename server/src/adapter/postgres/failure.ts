import { Fault, isFault, messageOf } from '../../kernel/fault.ts'

const retryAfterSeconds = 5

/** SQLSTATE of what passes: connections, resources (a full disk, too many connections), shutdown and timeouts, locks, I/O, a standby. */
const passing = /^(08|53|57|58)|^(40001|40P01|55P03|25P02|25P03|25P04|25006)$/
/** What the sockets and the client say before there is a SQLSTATE. */
const lost =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENOTFOUND|EAI_AGAIN|CERT_|SELF_SIGNED|ERR_TLS)/
const lostWords =
  /connection terminated|query read timeout|connection timeout|timeout exceeded when trying to connect|not queryable|client was closed|server does not support SSL/i

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''

/** Of several addresses of one name each has its own failure. */
const reasonOf = (error: unknown): string =>
  error instanceof AggregateError && error.errors.length > 0 ? messageOf(error.errors[0]) : messageOf(error)

/** What its sender may try again becomes STORAGE_UNAVAILABLE; what a statement did wrong passes. */
export function failureOf(error: unknown): unknown {
  if (isFault(error)) return error
  const code = codeOf(error)
  if (!passing.test(code) && !lost.test(code) && !lostWords.test(messageOf(error))) return error
  return new Fault('STORAGE_UNAVAILABLE', `PostgreSQL cannot be used: ${reasonOf(error)}.`, {
    cause: error,
    retryAfterSeconds,
  })
}

/** The same where the program begins: what is set wrong is said so, for no second try helps. `place` names server, database and role. */
export function startFailureOf(
  error: unknown,
  place: { address: string; database: string; user: string },
): unknown {
  const code = codeOf(error)
  const wrong = wrongSetting(code, place)
  if (wrong !== undefined)
    return new Fault('CONFIG_INVALID', `adapters.records: ${wrong} (${reasonOf(error)}).`, { cause: error })
  const known = failureOf(error)
  if (!isFault(known) || known.code !== 'STORAGE_UNAVAILABLE') return known
  return new Fault(
    'STORAGE_UNAVAILABLE',
    `PostgreSQL at ${place.address} cannot be reached: ${reasonOf(error)}.`,
    {
      cause: error,
      retryAfterSeconds,
    },
  )
}

function wrongSetting(
  code: string,
  { address, database, user }: { address: string; database: string; user: string },
): string | undefined {
  if (code === '28P01' || code === '28000')
    return `PostgreSQL at ${address} does not let the role "${user}" in; look at user and secret`
  if (code === '3D000') return `PostgreSQL at ${address} has no database "${database}"; create it first`
  if (code === '42501')
    return `the role "${user}" may not do in the database "${database}" what records need; let it own the schema`
  return undefined
}
