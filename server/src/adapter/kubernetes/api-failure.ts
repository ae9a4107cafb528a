import { z } from 'zod'
import { ClusterApiFailure } from '../../port/cluster-api.ts'

/** What was asked, for the sentence. `object` is a name, or '' for all. */
export type Asked = {
  verb: 'list' | 'watch' | 'get' | 'create'
  /** `pods`, `pods/log`, `deployments.apps`; or a path. */
  resource: string
  namespace?: string | undefined
  object?: string
}

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
const Status = z.object({
  code: z.number().int().min(0).max(999).catch(0),
  reason: z.string().catch(''),
  message: z.string().catch(''),
  details: z
    .object({
      retryAfterSeconds: z.number().nonnegative().optional().catch(undefined),
      causes: z.array(z.object({ reason: z.string().catch(''), message: z.string().catch('') })).catch([]),
    })
    .catch({ retryAfterSeconds: undefined, causes: [] }),
})
export type Status = z.infer<typeof Status>

/** What is no Status counts as an empty one: proxies and load balancers answer too. */
export function statusOf(value: unknown): Status {
  const parsed = Status.safeParse(value)
  return parsed.success ? parsed.data : Status.parse({})
}

const retryMsMax = 3_600_000
const messageMax = 400

export function failureOf(
  httpStatus: number,
  status: Status,
  asked: Asked,
  host: string,
  retryAfter?: string,
  nowMs = 0,
): ClusterApiFailure {
  const retryAfterMs = retryMs(retryAfter, nowMs) ?? retryMs(status.details.retryAfterSeconds, nowMs)
  const reason = status.reason.slice(0, 64)
  return new ClusterApiFailure(
    httpStatus,
    reason,
    sentenceOf(httpStatus, status, asked, host, retryAfterMs),
    retryAfterMs,
  )
}

function sentenceOf(
  httpStatus: number,
  { reason, message }: Status,
  asked: Asked,
  host: string,
  retryAfterMs: number | undefined,
): string {
  const said = message === '' ? '' : ` It said: ${message.slice(0, messageMax)}`
  const where = asked.namespace === undefined ? '' : ` in namespace ${asked.namespace.slice(0, 253)}`
  const what = `${asked.resource.slice(0, 253)}${where}`
  const again = retryAfterMs === undefined ? 'later' : `in ${Math.ceil(retryAfterMs / 1_000)} s`
  if (httpStatus === 401)
    return `The API server at ${host} does not accept the credentials: they are expired, revoked or of another cluster. Give the cluster new ones.`
  if (httpStatus === 403)
    return `The credentials may not ${asked.verb} ${what}. Bind a role that allows it; “aiops cluster rbac” prints one.${said}`
  if (httpStatus === 404)
    return asked.object
      ? `There is no ${asked.object.slice(0, 253)} among ${what}.${said}`
      : `The API server at ${host} does not serve ${what}.${said}`
  if (httpStatus === 410)
    return `The API server at ${host} does not keep the version of ${what} that was asked for any more: it is to be listed anew.`
  if (httpStatus === 429)
    return `The API server at ${host} has too many requests and asks to come back ${again}.${said}`
  if (httpStatus >= 500)
    return `The API server at ${host} failed (${httpStatus}${reason && ` ${reason.slice(0, 64)}`}) when asked to ${asked.verb} ${what}; it may be asked again ${again}.${said}`
  if (httpStatus >= 300 && httpStatus < 400)
    return `${host} answered with a redirect (${httpStatus}), which is not followed: is that the address of an API server?`
  return `The API server at ${host} refused to ${asked.verb} ${what} (${httpStatus}${reason && ` ${reason.slice(0, 64)}`}).${said}`
}

/** Seconds or a date (RFC 9110 §10.2.3), at most an hour. */
function retryMs(text: string | number | undefined, nowMs: number): number | undefined {
  if (text === undefined || text === '') return undefined
  const seconds = Number(text)
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(String(text)) - nowMs
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), retryMsMax) : undefined
}
