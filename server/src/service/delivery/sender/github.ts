import { fieldOf } from '../../../port/forge-hook.ts'
import {
  explicitOf,
  field,
  idAt,
  type Message,
  nothing,
  one,
  type Reading,
  type ReadMessage,
  shortSha,
  type Told,
  textAt,
  timeAt,
  urlAt,
  words,
} from '../told.ts'

/**
 * GitHub's webhook events: deployment, deployment_status, push, release and workflow_run
 * (https://docs.github.com/en/webhooks/webhook-events-and-payloads). What a change is about may stand in the deployment's own payload as
 * `entities`, or in the repository's custom property `aiops-entities`.
 */
export const readGithub: ReadMessage = (message) => {
  const read = Object.hasOwn(events, message.event) ? events[message.event] : undefined
  return read
    ? read(message)
    : nothing(
        `${message.event === '' ? 'A webhook without X-GitHub-Event' : message.event} changes nothing that runs.`,
      )
}

const events: Readonly<Record<string, (message: Message) => Reading>> = {
  ping: () => nothing('A ping: the webhook reaches this platform.'),
  deployment: ({ body }) => {
    const { told, what } = deploymentOf(body)
    return one({
      ...told,
      key: ['deployment', ...repositoriesOf(body), idAt(body, 'deployment', 'id'), 'created'],
      at: timeAt(body, 'deployment', 'created_at'),
      summary: words('deployment of', what, 'asked for'),
      actor: textAt(body, 'deployment', 'creator', 'login') ?? textAt(body, 'sender', 'login'),
    })
  },
  deployment_status: ({ body }) => {
    const state = textAt(body, 'deployment_status', 'state') ?? ''
    const happened = Object.hasOwn(states, state) ? states[state] : undefined
    if (happened === undefined)
      return nothing(`A deployment that is ${state || 'of no state'} changes nothing that runs.`)
    const { told, what } = deploymentOf(body)
    return one({
      ...told,
      key: ['deployment', ...repositoriesOf(body), idAt(body, 'deployment', 'id'), state],
      at: timeAt(body, 'deployment_status', 'created_at'),
      summary: words('deployment of', what, happened),
      actor: textAt(body, 'deployment_status', 'creator', 'login') ?? textAt(body, 'sender', 'login'),
      url:
        urlAt(body, 'deployment_status', 'log_url') ??
        urlAt(body, 'deployment_status', 'target_url') ??
        told.url,
    })
  },
  push: ({ body }) => {
    const branch = defaultBranchOf(body)
    const ref = textAt(body, 'ref')
    if (branch === undefined || ref !== `refs/heads/${branch}`)
      return nothing('A push elsewhere than to the default branch changes nothing that runs.')
    if (fieldOf(body, 'deleted') === true) return nothing('The branch was deleted.')
    const [before, after] = [textAt(body, 'before'), textAt(body, 'after')]
    return one({
      ...baseOf(body),
      key: ['push', ...repositoriesOf(body), ref, after],
      at: timeAt(body, 'repository', 'pushed_at'),
      kind: 'OTHER',
      summary: words(
        `push to ${branch} of`,
        ...repositoriesOf(body),
        shortSha(after) && `(${shortSha(after)}:`,
        `${textAt(body, 'head_commit', 'message')?.slice(0, 200) ?? 'no message'})`,
      ),
      fields: field('sha', before, after),
      actor: textAt(body, 'pusher', 'name') ?? textAt(body, 'sender', 'login'),
      url: urlAt(body, 'compare'),
    })
  },
  release: ({ body }) => {
    if (textAt(body, 'action') !== 'published') return nothing('Only a release that is published is told of.')
    const tag = textAt(body, 'release', 'tag_name')
    return one({
      ...baseOf(body),
      key: ['release', ...repositoriesOf(body), idAt(body, 'release', 'id')],
      at: timeAt(body, 'release', 'published_at'),
      kind: 'OTHER',
      summary: words('release', tag, 'of', ...repositoriesOf(body), 'published'),
      fields: field('release', undefined, tag),
      actor: textAt(body, 'release', 'author', 'login') ?? textAt(body, 'sender', 'login'),
      url: urlAt(body, 'release', 'html_url'),
    })
  },
  workflow_run: ({ body, deploying }) => {
    const conclusion = textAt(body, 'workflow_run', 'conclusion')
    if (textAt(body, 'action') !== 'completed' || conclusion === undefined)
      return nothing('Only a workflow run that has ended is told of.')
    const name = textAt(body, 'workflow_run', 'name') ?? ''
    const deploys = deploying.includes(name)
    const branch = textAt(body, 'workflow_run', 'head_branch')
    const isDefault = branch !== undefined && branch === defaultBranchOf(body)
    // One that deploys may have changed what runs before it failed.
    if (!deploys && (conclusion !== 'success' || !isDefault))
      return nothing(
        'A workflow that does not deploy is told of where it ended well on the default branch only.',
      )
    const sha = textAt(body, 'workflow_run', 'head_sha')
    return one({
      ...baseOf(body),
      key: [
        'workflow_run',
        ...repositoriesOf(body),
        idAt(body, 'workflow_run', 'id'),
        idAt(body, 'workflow_run', 'run_attempt'),
      ],
      at: timeAt(body, 'workflow_run', 'updated_at'),
      kind: deploys ? 'ROLLOUT' : 'OTHER',
      summary: words(
        'workflow',
        name,
        'of',
        ...repositoriesOf(body),
        sha && `at ${shortSha(sha)}`,
        'ended:',
        conclusion,
      ),
      fields: field('sha', undefined, sha),
      actor: textAt(body, 'workflow_run', 'actor', 'login') ?? textAt(body, 'sender', 'login'),
      url: urlAt(body, 'workflow_run', 'html_url'),
    })
  },
}

/** States in which something runs otherwise than before; GitHub's others are plans. */
const states: Readonly<Record<string, string>> = {
  in_progress: 'began',
  success: 'succeeded',
  failure: 'failed',
  error: 'failed',
}

const repositoriesOf = (body: unknown): string[] => {
  const name = textAt(body, 'repository', 'full_name')
  return name === undefined ? [] : [name]
}

const defaultBranchOf = (body: unknown): string | undefined => textAt(body, 'repository', 'default_branch')

const baseOf = (body: unknown): Pick<Told, 'explicit' | 'repositories' | 'names'> => ({
  explicit: explicitOf(fieldOf(body, 'repository', 'custom_properties', 'aiops-entities')),
  repositories: repositoriesOf(body),
  names: [],
})

function deploymentOf(body: unknown) {
  const environment = textAt(body, 'deployment', 'environment')
  const ref = textAt(body, 'deployment', 'ref')
  const sha = textAt(body, 'deployment', 'sha')
  const what = words(
    ...repositoriesOf(body),
    shortSha(ref),
    sha !== undefined && sha !== ref && `(${shortSha(sha)})`,
    environment && `to ${environment}`,
  )
  const base = baseOf(body)
  const own = explicitOf(fieldOf(payloadOf(body), 'entities'))
  const told: Omit<Told, 'key' | 'at' | 'summary'> = {
    ...{ ...base, explicit: own.length > 0 ? own : base.explicit },
    ...{ kind: 'ROLLOUT', environment, fields: field('sha', undefined, sha) },
    url: urlAt(body, 'deployment_status', 'environment_url') ?? urlAt(body, 'repository', 'html_url'),
  }
  return { told, what }
}

/** Whoever made the deployment chose what it holds: an object, or text of one. */
function payloadOf(body: unknown): unknown {
  const payload = fieldOf(body, 'deployment', 'payload')
  if (typeof payload !== 'string' || payload.length > 10_000) return payload
  try {
    return JSON.parse(payload)
  } catch {
    return undefined
  }
}
