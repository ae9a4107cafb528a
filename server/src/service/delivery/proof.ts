import { createHmac } from 'node:crypto'
import type { ChangeSender } from '@aiops/contract/model/change'
import { type HookRequest, headerOf, sameText, signedBy } from '../../port/forge-hook.ts'

/** Senders that have no proof of their own beside a header: their configuration lets one be set. */
type Proven = Exclude<ChangeSender, 'github' | 'gitlab'>

const signedForMs = 300_000

/**
 * Whether a request proves that its sender has the secret; compared in a time that does not tell how much of it is right.
 * Flux signs its body (`X-Signature: sha256=HEX` of its generic-hmac provider), LaunchDarkly too (`X-LD-Signature: HEX`), and so does
 * whoever follows Standard Webhooks. Notifications of Argo, Unleash, and scripts carry the secret itself: as `Authorization: Bearer SECRET`,
 * as the whole header, or as the password of basic authentication. That is not bound to the body, so use TLS.
 */
export function isProven(sender: Proven, request: HookRequest): boolean {
  if (request.secret === '') return false
  if (headerOf(request, 'webhook-signature') !== undefined) return standard(request)
  if (sender === 'launchdarkly') {
    const signature = headerOf(request, 'x-ld-signature') ?? ''
    return /^[0-9a-fA-F]{64}$/.test(signature) && signedBy(request.secret, request.body, signature)
  }
  const [, signature] = /^sha256=([0-9a-fA-F]{64})$/.exec(headerOf(request, 'x-signature') ?? '') ?? []
  if (signature !== undefined) return signedBy(request.secret, request.body, signature)
  return carries(headerOf(request, 'authorization') ?? '', request.secret)
}

function carries(authorization: string, secret: string): boolean {
  const [, basic] = /^Basic ([A-Za-z0-9+/=]{1,2000})$/i.exec(authorization) ?? []
  if (basic !== undefined) {
    const text = Buffer.from(basic, 'base64').toString('utf8')
    return sameText(text.slice(text.indexOf(':') + 1), secret)
  }
  return sameText(authorization.replace(/^Bearer /i, ''), secret)
}

/** Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`, base64, `v1,` before it; several while keys are changed. */
function standard(request: HookRequest): boolean {
  const [id = '', time = '', signatures = ''] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(
    (name) => headerOf(request, name),
  )
  const key = request.secret.startsWith('whsec_')
    ? Buffer.from(request.secret.slice('whsec_'.length), 'base64')
    : Buffer.from(request.secret)
  if (key.length === 0 || !(Math.abs(request.nowMs - Number(time) * 1_000) <= signedForMs)) return false
  const hmac = createHmac('sha256', key).update(`${id}.${time}.`).update(request.body)
  const expected = `v1,${hmac.digest('base64')}`
  return signatures
    .split(' ')
    .slice(0, 10)
    .some((one) => sameText(one, expected))
}
