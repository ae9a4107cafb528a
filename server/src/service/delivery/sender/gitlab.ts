import { fieldOf } from '../../../port/forge-hook.ts'
import {
  field,
  idAt,
  listAt,
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
 * GitLab's deployment, pipeline, push, release and feature flag events, by their `object_kind`
 * (https://docs.gitlab.com/user/project/integrations/webhook_events/).
 */
export const readGitlab: ReadMessage = (message) => {
  const kind = textAt(message.body, 'object_kind') ?? ''
  const read = Object.hasOwn(events, kind) ? events[kind] : undefined
  return read
    ? read(message)
    : nothing(`${kind === '' ? 'A webhook without object_kind' : kind} changes nothing that runs.`)
}

const states: Readonly<Record<string, string>> = {
  running: 'began',
  success: 'succeeded',
  failed: 'failed',
  canceled: 'was canceled',
}

const events: Readonly<Record<string, (message: Message) => Reading>> = {
  deployment: ({ body }) => {
    const status = textAt(body, 'status') ?? ''
    const happened = Object.hasOwn(states, status) ? states[status] : undefined
    if (happened === undefined)
      return nothing(`A deployment that is ${status || 'of no status'} changes nothing that runs.`)
    const environment = textAt(body, 'environment')
    const sha = textAt(body, 'short_sha')
    return one({
      ...baseOf(body),
      key: ['deployment', projectKey(body), idAt(body, 'deployment_id'), status],
      at: timeAt(body, 'status_changed_at'),
      kind: 'ROLLOUT',
      summary: words(
        ...['deployment of', ...projectOf(body), sha, environment && `to ${environment}`, happened],
        textAt(body, 'commit_title') && `(${textAt(body, 'commit_title')})`,
      ),
      ...{ environment, fields: field('sha', undefined, sha) },
      actor: userOf(body),
      url: urlAt(body, 'deployable_url'),
    })
  },
  pipeline: ({ body, deploying }) => {
    const status = textAt(body, 'object_attributes', 'status') ?? ''
    if (status !== 'success' && status !== 'failed')
      return nothing('Only a pipeline that has ended is told of.')
    const name = textAt(body, 'object_attributes', 'name') ?? ''
    const environment = environmentOf(body)
    const deploys = environment !== undefined || (name !== '' && deploying.includes(name))
    const isDefault = textAt(body, 'object_attributes', 'ref') === defaultBranchOf(body)
    if (!deploys && (status !== 'success' || !isDefault))
      return nothing(
        'A pipeline that does not deploy is told of where it succeeded on the default branch only.',
      )
    const sha = textAt(body, 'object_attributes', 'sha')
    return one({
      ...baseOf(body),
      key: ['pipeline', projectKey(body), idAt(body, 'object_attributes', 'id'), status],
      at: timeAt(body, 'object_attributes', 'finished_at'),
      kind: deploys ? 'ROLLOUT' : 'OTHER',
      summary: words(
        ...['pipeline', name, 'of', ...projectOf(body), sha && `at ${shortSha(sha)}`],
        ...[environment && `to ${environment}`, status === 'success' ? 'succeeded' : 'failed'],
      ),
      ...{ environment, fields: field('sha', undefined, sha), actor: userOf(body) },
      url: urlAt(body, 'object_attributes', 'url'),
    })
  },
  push: ({ body }) => {
    const branch = defaultBranchOf(body)
    const ref = textAt(body, 'ref')
    const after = textAt(body, 'checkout_sha')
    if (branch === undefined || ref !== `refs/heads/${branch}`)
      return nothing('A push elsewhere than to the default branch changes nothing that runs.')
    if (after === undefined) return nothing('The branch was deleted.')
    const title = textAt(listAt(body, 'commits').at(-1), 'title')
    return one({
      ...baseOf(body),
      key: ['push', projectKey(body), ref, after],
      at: undefined,
      kind: 'OTHER',
      summary: words(
        `push to ${branch} of`,
        ...projectOf(body),
        `(${shortSha(after)}${title ? `: ${title}` : ''})`,
      ),
      fields: field('sha', textAt(body, 'before'), after),
      actor: textAt(body, 'user_username') ?? textAt(body, 'user_name'),
      url: urlAt(body, 'project', 'web_url'),
    })
  },
  release: ({ body }) => {
    if (textAt(body, 'action') !== 'create') return nothing('Only a release that is created is told of.')
    return one({
      ...baseOf(body),
      key: ['release', projectKey(body), idAt(body, 'id') ?? textAt(body, 'tag')],
      at: timeAt(body, 'released_at') ?? timeAt(body, 'created_at'),
      kind: 'OTHER',
      summary: words('release', textAt(body, 'tag'), 'of', ...projectOf(body), 'created'),
      fields: field('release', undefined, textAt(body, 'tag')),
      url: urlAt(body, 'url'),
    })
  },
  /** It has no time of its own, and a flag is switched back and forth: the delivery tells one from the next. */
  feature_flag: ({ body, delivery }) => {
    const name = textAt(body, 'object_attributes', 'name')
    if (name === undefined) return nothing('It names no feature flag.')
    const active = fieldOf(body, 'object_attributes', 'active') === true
    const base = baseOf(body)
    return one({
      ...{ ...base, names: [{ name }, ...base.names] },
      key: ['feature_flag', projectKey(body), name, active, delivery],
      at: undefined,
      kind: 'CONFIG',
      summary: words('feature flag', name, 'of', ...projectOf(body), 'switched', active ? 'on' : 'off'),
      fields: field(`flag ${name}`, active ? 'off' : 'on', active ? 'on' : 'off'),
      actor: userOf(body),
      url: urlAt(body, 'project', 'web_url'),
    })
  },
}

const projectOf = (body: unknown): string[] => {
  const path = textAt(body, 'project', 'path_with_namespace')
  return path === undefined ? [] : [path]
}
const projectKey = (body: unknown): string | undefined => idAt(body, 'project', 'id') ?? projectOf(body)[0]
const defaultBranchOf = (body: unknown): string | undefined => textAt(body, 'project', 'default_branch')
const userOf = (body: unknown): string | undefined =>
  textAt(body, 'user', 'username') ?? textAt(body, 'user', 'name')

const baseOf = (body: unknown): Pick<Told, 'explicit' | 'repositories' | 'names'> => ({
  ...{ explicit: [], repositories: projectOf(body), names: [] },
})

/** Of the first job that starts something there; GitLab says so itself. */
function environmentOf(body: unknown): string | undefined {
  for (const build of listAt(body, 'builds'))
    if (textAt(build, 'environment', 'action') === 'start' && textAt(build, 'status') !== 'skipped')
      return textAt(build, 'environment', 'name')
  return undefined
}
