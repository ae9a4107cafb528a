/** What the API server refuses, as the `Status` that says so. */
export class Refusal extends Error {
  readonly status: number
  readonly reason: string
  readonly details: Record<string, unknown> | undefined
  readonly retryAfterSeconds: number | undefined
  /** Of an expired list: where it may go on. */
  readonly continueWith: string | undefined
  constructor(
    status: number,
    reason: string,
    message: string,
    more: { details?: Record<string, unknown>; retryAfterSeconds?: number; continueWith?: string } = {},
  ) {
    super(message)
    this.status = status
    this.reason = reason
    this.details = more.details
    this.retryAfterSeconds = more.retryAfterSeconds
    this.continueWith = more.continueWith
  }
  body(): Record<string, unknown> {
    const details =
      this.details || this.retryAfterSeconds !== undefined
        ? {
            ...this.details,
            ...(this.retryAfterSeconds ? { retryAfterSeconds: this.retryAfterSeconds } : {}),
          }
        : undefined
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: this.continueWith ? { continue: this.continueWith } : {},
      status: 'Failure',
      message: this.message,
      ...(this.reason ? { reason: this.reason } : {}),
      ...(details ? { details } : {}),
      code: this.status,
    }
  }
}

type Named = { group: string; plural: string }
const nameOf = ({ group, plural }: Named): string => (group === '' ? plural : `${plural}.${group}`)
const detailsOf = (type: Named, name: string) => ({ name, group: type.group, kind: type.plural })

export const badRequest = (message: string): Refusal => new Refusal(400, 'BadRequest', message)
export const unauthorized = (): Refusal => new Refusal(401, 'Unauthorized', 'Unauthorized')
export const forbidden = (type: Named, verb: string, name: string, user: string, namespace: string) =>
  new Refusal(
    403,
    'Forbidden',
    `${nameOf(type)}${name ? ` "${name}"` : ''} is forbidden: User "${user}" cannot ${verb} resource "${type.plural}" in API group "${type.group}" ${namespace ? `in the namespace "${namespace}"` : 'at the cluster scope'}`,
    { details: detailsOf(type, name) },
  )
export const notFound = (type: Named, name: string): Refusal =>
  new Refusal(404, 'NotFound', `${nameOf(type)} "${name}" not found`, { details: detailsOf(type, name) })
/** Where nothing is served there is no Status either, but the text of a plain web server. */
export const noPath = (): Refusal => new Refusal(404, '', '404 page not found')
export const noMethod = (): Refusal =>
  new Refusal(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource')
export const alreadyExists = (type: Named, name: string): Refusal =>
  new Refusal(409, 'AlreadyExists', `${nameOf(type)} "${name}" already exists`, {
    details: detailsOf(type, name),
  })
export const conflict = (type: Named, name: string): Refusal =>
  new Refusal(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${nameOf(type)} "${name}": the object has been modified`,
    { details: detailsOf(type, name) },
  )
export const invalid = (kind: string, group: string, name: string, field: string, message: string): Refusal =>
  new Refusal(422, 'Invalid', `${kind} "${name}" is invalid: ${field}: ${message}`, {
    details: { name, group, kind, causes: [{ reason: 'FieldValueInvalid', message, field }] },
  })
export const gone = (message: string, continueWith?: string): Refusal =>
  new Refusal(410, 'Expired', message, continueWith ? { continueWith } : {})
export const tooLarge = (asked: number, current: number): Refusal =>
  new Refusal(504, 'Timeout', `Too large resource version: ${asked}, current: ${current}`, {
    details: { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }] },
    retryAfterSeconds: 1,
  })
