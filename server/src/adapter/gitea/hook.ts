import {
  branchOf,
  type ForgeHook,
  headerOf,
  hookBody,
  hookOf,
  numberField,
  type ReadHook,
  refusal,
  shaField,
  signedBy,
  textField,
} from '../../port/forge-hook.ts'

const kinds: Readonly<Record<string, ForgeHook['kind']>> = {
  pull_request: 'MERGE_REQUEST',
  pull_request_sync: 'MERGE_REQUEST',
  pull_request_label: 'MERGE_REQUEST',
  pull_request_approved: 'REVIEW',
  pull_request_review_approved: 'REVIEW',
  pull_request_review_rejected: 'REVIEW',
  pull_request_review_comment: 'REVIEW',
  pull_request_rejected: 'REVIEW',
  pull_request_comment: 'NOTE',
  issue_comment: 'NOTE',
  push: 'PUSH',
  status: 'STATUS',
}

/** `X-Gitea-Signature` (`X-Forgejo-Signature`) is the hexadecimal HMAC-SHA256 of the body. */
export const readGiteaHook: ReadHook = (request) => {
  const signature = headerOf(request, 'x-gitea-signature') ?? headerOf(request, 'x-forgejo-signature')
  if (signature === undefined || !/^[0-9a-fA-F]{64}$/.test(signature) || request.secret === '')
    return refusal('UNSIGNED', 'The hook has no X-Gitea-Signature; set the secret of the webhook.')
  if (!signedBy(request.secret, request.body, signature))
    return refusal('BAD_SIGNATURE', 'X-Gitea-Signature is not of this body under the secret that was set.')
  const body = hookBody(request.body)
  const project = textField(body, 'repository', 'full_name')
  const delivery = headerOf(request, 'x-gitea-delivery') ?? headerOf(request, 'x-forgejo-delivery')
  if (project === undefined || delivery === undefined)
    return refusal(
      'MALFORMED',
      'The hook names no repository, or its delivery has no id. It has to be sent as application/json.',
    )
  const event =
    headerOf(request, 'x-gitea-event-type') ??
    headerOf(request, 'x-gitea-event') ??
    headerOf(request, 'x-forgejo-event')
  const kind = kinds[event ?? ''] ?? 'OTHER'
  if (kind === 'PUSH')
    return hookOf({
      ...{ kind, project, delivery },
      branch: branchOf(textField(body, 'ref')),
      sha: shaField(body, 'after'),
    })
  return hookOf({
    ...{ kind, project, delivery },
    number: numberField(body, 'pull_request', 'number') ?? numberField(body, 'issue', 'number'),
    branch: textField(body, 'pull_request', 'head', 'ref'),
    sha: shaField(body, 'pull_request', 'head', 'sha') ?? shaField(body, 'sha'),
  })
}
