import type { AccessAsk, RawObject } from '../../server/src/port/cluster-api.ts'
import type { FaultSwitch } from './fault-switch.ts'
import { unauthorized } from './status.ts'

export type AccessRule = (user: string, ask: AccessAsk) => boolean
export type Authentication = {
  /** Users by bearer token. With these or `clientCertificates`, nobody is let in without. */
  tokens?: Readonly<Record<string, string>>
  clientCertificates?: boolean
}

export const anonymous = 'system:anonymous'

/** Who asks. Throws 401. */
export function userOf(
  authentication: Authentication,
  headers: Readonly<Record<string, string>>,
  certificateUser: string | undefined,
): string {
  if (authentication.clientCertificates && certificateUser !== undefined) return certificateUser
  const token = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1]
  const user = token === undefined ? undefined : authentication.tokens?.[token]
  if (user !== undefined) return user
  if (token !== undefined && authentication.tokens) throw unauthorized()
  if (authentication.tokens || authentication.clientCertificates) throw unauthorized()
  return anonymous
}

export function isAllowed(rule: AccessRule, faults: FaultSwitch, user: string, ask: AccessAsk): boolean {
  return !faults.forbidden.has(ask.resource) && rule(user, ask)
}

/** The answer to a SelfSubjectAccessReview or SubjectAccessReview. */
export function reviewOf(
  review: RawObject,
  user: string,
  allowed: (user: string, ask: AccessAsk) => boolean,
) {
  const spec = (review.spec ?? {}) as RawObject
  const asked = spec.resourceAttributes as Record<string, string | undefined> | undefined
  const who = typeof spec.user === 'string' ? spec.user : user
  const isYes =
    asked === undefined ||
    allowed(who, {
      verb: asked.verb ?? '',
      group: asked.group ?? '',
      resource: asked.resource ?? '',
      ...(asked.subresource ? { subresource: asked.subresource } : {}),
      ...(asked.namespace ? { namespace: asked.namespace } : {}),
    })
  return { ...review, status: isYes ? { allowed: true } : { allowed: false, reason: 'no rule allows it' } }
}
