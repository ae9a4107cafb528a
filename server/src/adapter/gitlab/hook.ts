import { createHmac } from 'node:crypto'
import {
  branchOf,
  type ForgeHook,
  type HookRefusal,
  type HookRequest,
  headerOf,
  hookBody,
  hookOf,
  numberField,
  type ReadHook,
  refusal,
  sameText,
  shaField,
  textField,
} from '../../port/forge-hook.ts'

const kinds: Readonly<Record<string, ForgeHook['kind']>> = {
  'Merge Request Hook': 'MERGE_REQUEST',
  'Push Hook': 'PUSH',
  'Note Hook': 'NOTE',
  'Pipeline Hook': 'STATUS',
  'Job Hook': 'STATUS',
}

const signedForMs = 300_000

/**
 * A secret that begins with `whsec_` is a signing token: the hook is signed with its time and id (Standard Webhooks). Any other is the
 * secret token, which GitLab sends as it is, in `X-Gitlab-Token`; nothing binds that to the body, so use TLS.
 */
export const readGitlabHook: ReadHook = (request) => {
  const refused = request.secret.startsWith('whsec_') ? unsigned(request) : unnamed(request)
  if (refused) return refused
  const body = hookBody(request.body)
  const project = textField(body, 'project', 'path_with_namespace')
  // The UUID of an event is shared by what it set off; the key is of this delivery alone, but newer.
  const delivery = headerOf(request, 'idempotency-key') ?? headerOf(request, 'x-gitlab-event-uuid')
  if (project === undefined || delivery === undefined)
    return refusal('MALFORMED', 'The hook names no project, or its delivery has no id.')
  const kind = kinds[headerOf(request, 'x-gitlab-event') ?? ''] ?? 'OTHER'
  if (kind === 'PUSH')
    return hookOf({
      ...{ kind, project, delivery },
      branch: branchOf(textField(body, 'ref')),
      sha: shaField(body, 'checkout_sha') ?? shaField(body, 'after'),
    })
  // A merge request lies in `merge_request` of a note or pipeline, and is the object itself in its own hook.
  const at = kind === 'MERGE_REQUEST' ? 'object_attributes' : 'merge_request'
  return hookOf({
    ...{ kind, project, delivery },
    number: numberField(body, at, 'iid'),
    branch: textField(body, at, 'source_branch') ?? textField(body, 'object_attributes', 'ref'),
    sha:
      shaField(body, at, 'last_commit', 'id') ??
      shaField(body, 'object_attributes', 'sha') ??
      shaField(body, 'sha'),
  })
}

function unnamed(request: HookRequest): HookRefusal | undefined {
  const token = headerOf(request, 'x-gitlab-token')
  if (token === undefined || request.secret === '')
    return refusal('UNSIGNED', 'The hook has no X-Gitlab-Token; set the secret token of the webhook.')
  return sameText(token, request.secret)
    ? undefined
    : refusal('BAD_SIGNATURE', 'X-Gitlab-Token is not the secret that was set.')
}

function unsigned(request: HookRequest): HookRefusal | undefined {
  const [id, time, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) =>
    headerOf(request, name),
  )
  if (id === undefined || time === undefined || signatures === undefined)
    return refusal('UNSIGNED', 'The hook has no webhook-signature; set the signing token of the webhook.')
  const key = Buffer.from(request.secret.slice('whsec_'.length), 'base64')
  const hmac = createHmac('sha256', key).update(`${id}.${time}.`).update(request.body)
  const expected = `v1,${hmac.digest('base64')}`
  // Several while keys are changed.
  const right =
    key.length > 0 &&
    signatures
      .split(' ')
      .slice(0, 10)
      .some((one) => sameText(one, expected))
  if (!right)
    return refusal(
      'BAD_SIGNATURE',
      'webhook-signature is not of this body under the signing token that was set.',
    )
  return Math.abs(request.nowMs - Number(time) * 1_000) <= signedForMs
    ? undefined
    : refusal('TOO_OLD', 'The hook was signed more than 5 minutes ago, or the clocks disagree.')
}
