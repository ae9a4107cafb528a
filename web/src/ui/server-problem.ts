import { ApiError } from '@aiops/contract/client'

/**
 * What the server says of a form by the field that it speaks of: the first part of a detail's path (`body.cron` → `cron`), or the word
 * before the colon of its sentence (`cron: …`), or `notFound`, where what that field names does not exist. What fits no field of `fields`
 * is left for the form as a whole.
 */
export function serverProblems(
  error: unknown,
  fields: readonly string[],
  notFound?: string,
): { byField: ReadonlyMap<string, string>; rest: unknown } {
  const byField = new Map<string, string>()
  if (!(error instanceof ApiError) || error.status < 400 || error.status >= 500)
    return { byField, rest: error ?? undefined }
  for (const { path, message } of error.details) {
    const field = path.split(/[.[\]]+/).find((part) => fields.includes(part))
    if (field !== undefined && !byField.has(field)) byField.set(field, sentence(message))
  }
  const [, named, said] = /^([a-z_]+): (.+)$/s.exec(error.message) ?? []
  if (named !== undefined && said !== undefined && fields.includes(named) && !byField.has(named))
    byField.set(named, sentence(said))
  if (error.status === 404 && notFound !== undefined) byField.set(notFound, error.message)
  return { byField, rest: byField.size > 0 ? undefined : error }
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
