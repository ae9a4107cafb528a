import { fieldOf } from '../../../port/forge-hook.ts'
import {
  explicitOf,
  field,
  listAt,
  type Named,
  nothing,
  one,
  type ReadMessage,
  type Told,
  textAt,
  timeAt,
  urlAt,
  words,
} from '../told.ts'
import { idOf, objectAbout } from './object.ts'

/** Labels whose value is the name of what they select. */
const nameLabels: ReadonlySet<string> = new Set([
  'app',
  'name',
  'k8s-app',
  'service',
  'app.kubernetes.io/name',
  'app.kubernetes.io/instance',
])

/**
 * Chaos experiments: ChaosEngine and ChaosResult of LitmusChaos, the objects of Chaos Mesh (NetworkChaos, PodChaos, …), Kubernetes
 * events about either, and the events of Chaos Mesh's dashboard, as a script or an event router posts them; alone or as `object`.
 */
export const readChaos: ReadMessage = ({ body, delivery }) => {
  const object = fieldOf(body, 'object') ?? body
  const kind = textAt(object, 'kind') ?? ''
  if (kind === 'ChaosEngine') return read(engineOf(object))
  if (kind === 'ChaosResult') return read(resultOf(object))
  if (kind === 'Event' || fieldOf(object, 'involvedObject') !== undefined)
    return read(eventOf(object, delivery))
  if (fieldOf(object, 'object_id') !== undefined) return read(dashboardEventOf(object))
  if (/^[A-Z]\w{1,40}Chaos$/.test(kind)) return read(meshOf(object, kind))
  return nothing(`${kind || 'An object of no kind'} is no chaos experiment.`)
}

const read = (told: Told | string) => (typeof told === 'string' ? nothing(told) : one(told))

function engineOf(engine: unknown): Told | string {
  const status = textAt(engine, 'status', 'engineStatus') ?? textAt(engine, 'spec', 'engineState') ?? ''
  const experiments = listAt(engine, 'spec', 'experiments').flatMap(
    (experiment) => textAt(experiment, 'name') ?? [],
  )
  const own = objectAbout(engine)
  const namespace = textAt(engine, 'spec', 'appinfo', 'appns')
  const labels = textAt(engine, 'spec', 'appinfo', 'applabel')
  const latest = listAt(engine, 'status', 'experiments')
    .flatMap((experiment) => timeAt(experiment, 'lastUpdateTime') ?? [])
    .sort()
    .at(-1)
  return {
    key: ['ChaosEngine', ...idOf(engine), status, latest],
    at: latest ?? timeAt(engine, 'metadata', 'creationTimestamp'),
    kind: 'CHAOS',
    summary: words(
      'chaos experiment',
      experiments.join(', ') || own.names[0]?.name,
      labels && `on ${labels}`,
      status && `: ${status}`,
    ),
    explicit: own.explicit,
    repositories: [],
    names: [
      ...selected(
        (labels ?? '').split(',').map((label) => label.split('=')),
        namespace,
      ),
      ...own.names,
    ],
  }
}

function resultOf(result: unknown): Told | string {
  const experiment = textAt(result, 'spec', 'experiment')
  const phase = textAt(result, 'status', 'experimentStatus', 'phase') ?? ''
  const verdict = textAt(result, 'status', 'experimentStatus', 'verdict')
  const targets = listAt(result, 'status', 'history', 'targets').flatMap(
    (target) => textAt(target, 'name') ?? [],
  )
  const own = objectAbout(result)
  const namespace = textAt(result, 'metadata', 'namespace')
  return {
    key: ['ChaosResult', ...idOf(result), phase, verdict, targets.length],
    at: undefined,
    kind: 'CHAOS',
    summary: words(
      ...[
        'chaos experiment',
        experiment ?? own.names[0]?.name,
        targets.length > 0 && `on ${targets.slice(0, 5).join(', ')}`,
      ],
      phase && `: ${phase.toLowerCase()}`,
      verdict && `(verdict ${verdict})`,
    ),
    fields: field(
      'probe success %',
      undefined,
      textAt(result, 'status', 'experimentStatus', 'probeSuccessPercentage'),
    ),
    explicit: own.explicit,
    repositories: [],
    names: [
      ...targets.map((name): Named => ({ name, namespace })),
      ...own.names,
      ...namedBy(textAt(result, 'spec', 'engine'), experiment),
    ],
  }
}

function meshOf(object: unknown, kind: string): Told | string {
  const wanted = textAt(object, 'status', 'experiment', 'desiredPhase')
  const conditions = new Map(
    listAt(object, 'status', 'conditions').map((one) => [
      textAt(one, 'type') ?? '',
      textAt(one, 'status') === 'True',
    ]),
  )
  const phase =
    conditions.get('Paused') === true
      ? 'paused'
      : conditions.get('AllRecovered') === true
        ? 'recovered'
        : conditions.get('AllInjected') === true
          ? 'injected'
          : 'begun'
  const own = objectAbout(object)
  const namespaces = listAt(object, 'spec', 'selector', 'namespaces').filter((one) => typeof one === 'string')
  const labels = fieldOf(object, 'spec', 'selector', 'labelSelectors')
  const pods = listAt(object, 'status', 'experiment', 'containerRecords').flatMap((record): Named[] => {
    const [namespace, name] = (textAt(record, 'id') ?? '').split('/')
    return namespace && name ? [{ name, namespace }] : []
  })
  const entries = labels !== null && typeof labels === 'object' ? Object.entries(labels).slice(0, 20) : []
  const [action, duration] = [textAt(object, 'spec', 'action'), textAt(object, 'spec', 'duration')]
  return {
    key: [kind, ...idOf(object), phase, wanted],
    // Its end has no time of its own in the object.
    at:
      phase === 'begun' || phase === 'injected' ? timeAt(object, 'metadata', 'creationTimestamp') : undefined,
    kind: 'CHAOS',
    summary: words(
      'chaos experiment',
      kind,
      action,
      own.names[0]?.name,
      duration && `for ${duration}`,
      `: ${phase}`,
    ),
    explicit: own.explicit,
    repositories: [],
    names: [...selected(entries, namespaces[0]), ...own.names, ...pods],
  }
}

/** Reasons begin as `Chaos…` or `Experiment…`, or the event is about an experiment. */
function eventOf(event: unknown, delivery: string): Told | string {
  const kind = textAt(event, 'involvedObject', 'kind') ?? ''
  const reason = textAt(event, 'reason') ?? ''
  if (!/Chaos/.test(kind)) return `An event about ${kind || 'nothing'} is no chaos experiment.`
  const [name, namespace] = [
    textAt(event, 'involvedObject', 'name'),
    textAt(event, 'involvedObject', 'namespace'),
  ]
  const at = timeAt(event, 'lastTimestamp') ?? timeAt(event, 'eventTime') ?? timeAt(event, 'firstTimestamp')
  return {
    key: ['event', kind, namespace, name, reason, textAt(event, 'metadata', 'uid') ?? at ?? delivery],
    ...{ at, kind: 'CHAOS', actor: textAt(event, 'source', 'component') },
    summary: words('chaos experiment', kind, name, reason && `: ${reason}`, textAt(event, 'message')),
    explicit: explicitOf(fieldOf(fieldOf(event, 'metadata', 'annotations'), 'aiops/entities')),
    ...{ repositories: [], names: namedBy(name).map((one): Named => ({ ...one, namespace })) },
  }
}

function dashboardEventOf(event: unknown): Told | string {
  const [name, namespace] = [textAt(event, 'name'), textAt(event, 'namespace')]
  const reason = textAt(event, 'reason')
  const at = timeAt(event, 'created_at')
  return {
    key: ['chaos-mesh', textAt(event, 'object_id'), reason, at, textAt(event, 'message')],
    ...{ at, kind: 'CHAOS', url: urlAt(event, 'url') },
    summary: words(
      'chaos experiment',
      textAt(event, 'kind'),
      name,
      reason && `: ${reason}`,
      textAt(event, 'message'),
    ),
    explicit: explicitOf(fieldOf(event, 'entities')),
    ...{ repositories: [], names: namedBy(name).map((one): Named => ({ ...one, namespace })) },
  }
}

const namedBy = (...names: readonly (string | undefined)[]): Named[] =>
  names.filter((name) => name !== undefined).map((name) => ({ name }))

/** By `app=cart` the workload is called cart. */
const selected = (labels: readonly (readonly unknown[])[], namespace: string | undefined): Named[] =>
  labels.flatMap(([label, value]): Named[] =>
    typeof label === 'string' &&
    typeof value === 'string' &&
    nameLabels.has(label.trim()) &&
    value.trim() !== ''
      ? [{ name: value.trim().slice(0, 253), namespace }]
      : [],
  )
