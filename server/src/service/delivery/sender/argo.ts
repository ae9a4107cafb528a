import { fieldOf } from '../../../port/forge-hook.ts'
import {
  explicitOf,
  field,
  idAt,
  listAt,
  type Named,
  nothing,
  one,
  type ReadMessage,
  shortSha,
  type Told,
  textAt,
  timeAt,
  urlAt,
  words,
} from '../told.ts'
import { idOf, imagesOf, objectAbout } from './object.ts'

const workloads: ReadonlySet<string> = new Set([
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Rollout',
  'Service',
])
const phases: Readonly<Record<string, string>> = {
  Running: 'began',
  Succeeded: 'succeeded',
  Failed: 'failed',
  Error: 'failed',
}

/**
 * Argo CD notifications: the Application as it is (`body: '{{toJson .app}}'`), alone or as `app`, or the few fields of the template in
 * docs/guide/changes.md.
 */
export const readArgoCd: ReadMessage = ({ body, delivery }) => {
  const app = [body, fieldOf(body, 'app'), fieldOf(body, 'application')].find(
    (object) =>
      fieldOf(object, 'kind') === 'Application' || fieldOf(object, 'status', 'operationState') !== undefined,
  )
  const told = app === undefined ? shortApp(body, delivery) : wholeApp(app, urlAt(body, 'url'))
  return typeof told === 'string' ? nothing(told) : one(told)
}

function wholeApp(app: unknown, url: string | undefined): Told | string {
  const state = fieldOf(app, 'status', 'operationState')
  const phase = textAt(state, 'phase') ?? ''
  const happened = Object.hasOwn(phases, phase) ? phases[phase] : undefined
  if (happened === undefined) return `A sync that is ${phase || 'of no phase'} changes nothing that runs.`
  const revision =
    textAt(state, 'syncResult', 'revision') ||
    listText(state, 'syncResult', 'revisions') ||
    textAt(app, 'status', 'sync', 'revision')
  const before = listAt(app, 'status', 'history')
    .map((entry) => textAt(entry, 'revision'))
    .findLast((one) => one !== undefined && one !== revision)
  const started = timeAt(state, 'startedAt')
  const name = textAt(app, 'metadata', 'name')
  const namespace = textAt(app, 'spec', 'destination', 'namespace')
  const about = objectAbout(app)
  const [isAutomatic, user] = [
    fieldOf(state, 'operation', 'initiatedBy', 'automated') === true,
    textAt(state, 'operation', 'initiatedBy', 'username'),
  ]
  return {
    key: ['application', ...idOf(app), revision, started, phase],
    at: phase === 'Running' ? started : (timeAt(state, 'finishedAt') ?? started),
    kind: 'ROLLOUT',
    summary: words('sync of application', name, 'to', shortSha(revision), happened),
    fields: [
      ...field('revision', before, revision),
      ...field('images', undefined, listText(app, 'status', 'summary', 'images')),
    ],
    actor: user ?? (isAutomatic ? 'Argo CD' : undefined),
    url,
    explicit: about.explicit,
    repositories: [
      textAt(app, 'spec', 'source', 'repoURL'),
      ...listAt(app, 'spec', 'sources').map((source) => textAt(source, 'repoURL')),
    ].filter((repository) => repository !== undefined),
    names: [
      ...about.names.map((named): Named => ({ ...named, namespace })),
      ...listAt(state, 'syncResult', 'resources').flatMap((resource): Named[] => {
        const called = textAt(resource, 'name')
        return called !== undefined && workloads.has(textAt(resource, 'kind') ?? '')
          ? [{ name: called, namespace: textAt(resource, 'namespace') }]
          : []
      }),
    ],
  }
}

function shortApp(body: unknown, delivery: string): Told | string {
  const name = textAt(body, 'app') ?? textAt(body, 'application')
  if (name === undefined) return 'It holds no Application, and no field "app" that names one.'
  const phase = textAt(body, 'phase') ?? 'Succeeded'
  const happened = Object.hasOwn(phases, phase) ? phases[phase] : undefined
  if (happened === undefined) return `A sync that is ${phase} changes nothing that runs.`
  const revision = textAt(body, 'revision')
  const at = timeAt(body, 'finished_at') ?? timeAt(body, 'started_at')
  const repository = textAt(body, 'repo_url')
  return {
    key: ['application', name, revision, phase, at ?? delivery],
    ...{
      at,
      kind: 'ROLLOUT',
      summary: words('sync of application', name, revision && `to ${shortSha(revision)}`, happened),
    },
    ...{
      fields: field('revision', undefined, revision),
      actor: textAt(body, 'actor'),
      url: urlAt(body, 'url'),
    },
    environment: textAt(body, 'environment'),
    explicit: explicitOf(fieldOf(body, 'entities')),
    repositories: repository === undefined ? [] : [repository],
    names: [{ name, namespace: textAt(body, 'namespace') }],
  }
}

/**
 * Argo Rollouts notifications: the Rollout as it is (`body: '{{toJson .rollout}}'`), alone or as `rollout`, or the fields of the template
 * in docs/guide/changes.md.
 */
export const readArgoRollouts: ReadMessage = ({ body, delivery }) => {
  const rollout = [body, fieldOf(body, 'rollout')].find(
    (object) => fieldOf(object, 'kind') === 'Rollout' || fieldOf(object, 'metadata', 'name') !== undefined,
  )
  const name = textAt(rollout, 'metadata', 'name') ?? textAt(body, 'rollout')
  if (name === undefined) return nothing('It holds no Rollout, and no field "rollout" that names one.')
  if (rollout === undefined) return one(shortRollout(body, name, delivery))
  const phase = textAt(rollout, 'status', 'phase')
  const images = imagesOf(listAt(rollout, 'spec', 'template', 'spec', 'containers'))
  const step = idAt(rollout, 'status', 'currentStepIndex')
  const aborted = timeAt(rollout, 'status', 'abortedAt')
  return one({
    key: ['rollout', ...idOf(rollout), textAt(rollout, 'status', 'currentPodHash'), phase, step, aborted],
    at: aborted ?? latestCondition(rollout),
    kind: 'ROLLOUT',
    summary: words(
      ...['rollout', name, images && `to ${images}`, aborted ? 'aborted' : phase?.toLowerCase()],
      step !== undefined && `at step ${step}`,
    ),
    fields: [
      ...field('images', undefined, images),
      ...field(
        'revision',
        undefined,
        textAt(fieldOf(rollout, 'metadata', 'annotations'), 'rollout.argoproj.io/revision'),
      ),
    ],
    ...{ url: urlAt(body, 'url'), repositories: [], ...objectAbout(rollout) },
  })
}

function shortRollout(body: unknown, name: string, delivery: string): Told {
  const at = timeAt(body, 'at')
  const images = listText(body, 'images') ?? textAt(body, 'images')
  const phase = textAt(body, 'phase')
  return {
    key: ['rollout', textAt(body, 'namespace'), name, textAt(body, 'revision'), phase, at ?? delivery],
    ...{
      at,
      kind: 'ROLLOUT',
      summary: words('rollout', name, images && `to ${images}`, phase?.toLowerCase()),
    },
    fields: [
      ...field('images', undefined, images),
      ...field('revision', undefined, textAt(body, 'revision')),
    ],
    url: urlAt(body, 'url'),
    explicit: explicitOf(fieldOf(body, 'entities')),
    ...{ repositories: [], names: [{ name, namespace: textAt(body, 'namespace') }] },
  }
}

const latestCondition = (rollout: unknown): string | undefined =>
  listAt(rollout, 'status', 'conditions')
    .flatMap((condition) => timeAt(condition, 'lastUpdateTime') ?? [])
    .sort()
    .at(-1)

const listText = (body: unknown, ...path: readonly string[]): string | undefined =>
  listAt(body, ...path)
    .filter((value) => typeof value === 'string')
    .join(', ')
    .slice(0, 500) || undefined
