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
  pull_request_review: 'REVIEW',
  issue_comment: 'NOTE',
  push: 'PUSH',
  status: 'STATUS',
  check_suite: 'STATUS',
  check_run: 'STATUS',
}

/** `X-Hub-Signature-256: sha256=HEX` is the HMAC-SHA256 of the body; the older SHA-1 header is not looked at. */
export const readGithubHook: ReadHook = (request) => {
  const [, signature] =
    /^sha256=([0-9a-fA-F]{64})$/.exec(headerOf(request, 'x-hub-signature-256') ?? '') ?? []
  if (signature === undefined || request.secret === '')
    return refusal('UNSIGNED', 'The hook has no X-Hub-Signature-256; set the secret of the webhook.')
  if (!signedBy(request.secret, request.body, signature))
    return refusal('BAD_SIGNATURE', 'X-Hub-Signature-256 is not of this body under the secret that was set.')
  const body = hookBody(request.body)
  const project = textField(body, 'repository', 'full_name')
  const delivery = headerOf(request, 'x-github-delivery')
  if (project === undefined || delivery === undefined)
    return refusal(
      'MALFORMED',
      'The hook names no repository, or its delivery has no id. It has to be sent as application/json.',
    )
  const kind = kinds[headerOf(request, 'x-github-event') ?? ''] ?? 'OTHER'
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
    sha:
      shaField(body, 'pull_request', 'head', 'sha') ??
      shaField(body, 'sha') ??
      shaField(body, 'check_suite', 'head_sha') ??
      shaField(body, 'check_run', 'head_sha'),
  })
}
