import { type Answerer, type Found, type OutputOf, planned, type Situation } from '../answerer.ts'
import { type Cited, DraftWriter, rowsOf } from '../draft.ts'
import { counted, listed, momentText } from '../words.ts'
import { isUnseen, placeOf, wordsOf } from './place.ts'

type Cluster = OutputOf<'list_clusters'>['clusters'][number]

/** LIST_CLUSTERS: the fleet, all of it or those of a state, type, environment or region; why some are not online. */
export const listClusters: Answerer = {
  intent: 'LIST_CLUSTERS',
  plan(situation) {
    const named = situation.question.entities.filter(({ kind }) => kind === 'CLUSTER').slice(0, 5)
    return [
      planned('list_clusters', {}),
      planned('get_fleet_summary', {}),
      ...named.map(({ id, name }) => planned('get_cluster_status', { cluster_id: id }, name)),
    ]
  },
  compose(situation, found) {
    const writer = new DraftWriter()
    if (isUnseen(writer, found, 'list_clusters', 'clusters', placeOf(situation))) return writer.draft
    const { call, output, records } = found.of('list_clusters')!
    const all = output!.clusters.map((cluster, i) => ({ cluster, record: records[i] }))
    const named = new Set(
      situation.question.entities.filter(({ kind }) => kind === 'CLUSTER').map(({ id }) => id),
    )
    const wanted = wantedOf(situation, output!.clusters)
    const fit = all.filter(
      ({ cluster }) => wanted.fits(cluster) && (named.size === 0 || named.has(cluster.id)),
    )
    if (output!.total === 0) {
      writer.headline('No cluster is registered.', call.id)
      writer.step('Register one under Clusters, with its address and credentials.', call.id)
      return writer.draft
    }
    const names = fit.map(({ cluster }) => (wanted.saysState ? cluster.name : shortText(cluster)))
    writer.headline(
      fit.length === 0
        ? `None of ${counted(named.size || output!.total, named.size > 0 ? 'named cluster' : 'cluster')} is${wanted.text}.`
        : wanted.text === '' && named.size === 0
          ? `The fleet has ${counted(output!.total, 'cluster')}: ${listed(names, 10)}.`
          : wanted.text === ''
            ? `${listed(names, 10)}.`
            : `${fit.length} of ${counted(output!.total, 'cluster')} ${fit.length === 1 ? 'is' : 'are'}${wanted.text}: ${listed(names, 10)}.`,
      [call.id, ...fit.slice(0, 10).map(({ record }) => record)],
    )
    for (const { cluster, record } of fit.filter((one) => one.cluster.status.state !== 'ONLINE').slice(0, 5))
      writer.say(whyText(cluster, situation), record)
    sayFleet(writer, situation, found)
    tableOf(writer, situation, fit, wanted.text === '' && named.size === 0 ? output!.total : fit.length)
    for (const { cluster } of fit.filter((one) => one.cluster.status.state !== 'ONLINE').slice(0, 2))
      writer.suggest(`Why is ${cluster.name} ${cluster.status.state.toLowerCase()}?`)
    const online = fit.find(({ cluster }) => cluster.status.state === 'ONLINE')
    if (online) writer.suggest(`List the nodes of ${online.cluster.name}`)
    writer.suggest('What has the platform found by itself?')
    return writer.draft
  },
}

type Wanted = { fits(cluster: Cluster): boolean; text: string; saysState: boolean }

/** The words for states, types and environments that a question uses, and regions that clusters are in. */
function wantedOf(situation: Situation, clusters: readonly Cluster[]): Wanted {
  const { slots } = situation.question
  const text = wordsOf(situation)
  const says = (pattern: RegExp): boolean => pattern.test(text)
  const tests: { is(cluster: Cluster): boolean; text: string }[] = []
  const states = stateWords.filter(({ words }) => says(words)).map(({ state }) => state)
  const notOnline =
    says(/\bnot (?:\w+ )?(?:online|healthy|ok|up|connected)\b|\bunhealthy\b|\bin trouble\b|\bproblem/i) ||
    slots.onlyProblems === true
  if (states.length > 0)
    tests.push({ is: ({ status }) => states.includes(status.state), text: listed(states) })
  else if (notOnline) tests.push({ is: ({ status }) => status.state !== 'ONLINE', text: 'not ONLINE' })
  else if (says(/\bonline\b|\bhealthy\b/i))
    tests.push({ is: ({ status }) => status.state === 'ONLINE', text: 'ONLINE' })
  for (const { environment, words } of environmentWords)
    if (says(words)) tests.push({ is: (one) => one.environment === environment, text: environment })
  const type = typeWords.find(({ words }) => says(words))?.type
  if (type) tests.push({ is: (one) => one.cluster_type === type, text: `of type ${type}` })
  if (says(/\bgpus?\b/i))
    tests.push({ is: ({ capabilities }) => (capabilities?.gpu_count ?? 0) > 0, text: 'with GPUs' })
  const region = [...new Set(clusters.flatMap((one) => one.region ?? []))].find(
    (one) => one.length > 2 && text.toLowerCase().includes(one.toLowerCase()),
  )
  if (region) tests.push({ is: (one) => one.region === region, text: `in ${region}` })
  return {
    fits: (cluster) => tests.every(({ is }) => is(cluster)),
    text: tests.length === 0 ? '' : ` ${tests.map((one) => one.text).join(', ')}`,
    saysState: states.length === 1,
  }
}

const stateWords: readonly { state: Cluster['status']['state']; words: RegExp }[] = [
  { state: 'OFFLINE', words: /\boff ?line\b|\bdown\b|\bunreachable\b|\bdisconnected\b|\bdead\b/i },
  { state: 'DEGRADED', words: /\bdegraded\b|\bimpaired\b/i },
  { state: 'PROVISIONING', words: /\bprovisioning\b/i },
]
const environmentWords: readonly { environment: Cluster['environment']; words: RegExp }[] = [
  { environment: 'PRODUCTION', words: /\bprod(uction)?\b/i },
  { environment: 'STAGING', words: /\bstag(e|ing)\b/i },
  { environment: 'DEVELOPMENT', words: /\bdev(elopment)?\b/i },
  { environment: 'LAB', words: /\blabs?\b/i },
]
/** The longer name first: a far edge cluster is no edge cluster. */
const typeWords: readonly { type: Cluster['cluster_type']; words: RegExp }[] = [
  { type: 'FAR_EDGE', words: /\bfar[ _-]edge\b/i },
  { type: 'EDGE', words: /\bedges?\b/i },
  { type: 'HUB', words: /\bhubs?\b/i },
  { type: 'SPOKE', words: /\bspokes?\b/i },
]

const shortText = ({ name, status, environment }: Cluster): string =>
  `${name} (${status.state}, ${environment})`

/** `quay-07 is OFFLINE since 14:33 UTC, 12 min ago, health score 50: API_SERVER: … could not be reached.` */
function whyText({ name, status }: Cluster, { nowMs }: Situation): string {
  const bad = status.checks.filter(({ result }) => result === 'UNHEALTHY')
  const reason =
    bad.length > 0 ? bad.map(({ target, message }) => `${target}: ${message}`).join('; ') : status.last_error
  const stale = status.stale ? ', and its last check is too old to rely on' : ''
  return `${name} is ${status.state} since ${momentText(status.since, nowMs)}, health score ${status.health_score}${stale}${reason ? `: ${reason.replace(/[.\s]*$/, '')}` : ''}.`
}

function sayFleet(writer: DraftWriter, { question }: Situation, found: Found): void {
  for (const { id, name } of question.entities.filter(({ kind }) => kind === 'CLUSTER').slice(0, 5)) {
    const status = found.output('get_cluster_status', name)
    if (status?.cluster.id !== id) continue
    const inside = found.record('get_cluster_status', 1, name)
    if (status.overview && inside) writer.say(inside.sentence, inside)
  }
  const summary = found.output('get_fleet_summary')?.summary
  if (!summary || !/\bfleet\b|\boverview\b|\bsummar/i.test(question.text)) return
  const tally = (counts: Readonly<Record<string, number>>): string =>
    listed(Object.entries(counts).map(([name, count]) => `${count} ${name}`))
  const score = summary.avg_health_score
  writer.say(
    `By state ${tally(summary.by_state)}; by type ${tally(summary.by_type)}; by environment ${tally(summary.by_environment)}${score === null ? '' : `; mean health score ${score}`}${summary.total_gpu_count > 0 ? `; ${counted(summary.total_gpu_count, 'GPU')}` : ''}.`,
    found.record('get_fleet_summary', 0),
  )
}

function tableOf(
  writer: DraftWriter,
  { persona }: Situation,
  fit: readonly { cluster: Cluster; record: Cited }[],
  total: number,
): void {
  const rows = fit.map(({ cluster, record }) => ({
    cells: {
      ...{ cluster: cluster.name, state: cluster.status.state, score: cluster.status.health_score },
      ...{ type: cluster.cluster_type, environment: cluster.environment, region: cluster.region },
      ...{ version: cluster.platform_version, nodes: cluster.capabilities?.node_count ?? null },
    },
    cites: record,
  }))
  const columns = [
    ...[
      { key: 'cluster', title: 'Cluster' },
      { key: 'state', title: 'State' },
    ],
    ...[
      { key: 'score', title: 'Health score', numeric: true },
      { key: 'type', title: 'Type' },
    ],
    ...[
      { key: 'environment', title: 'Environment' },
      { key: 'region', title: 'Region' },
    ],
    ...[
      { key: 'version', title: 'Version' },
      { key: 'nodes', title: 'Nodes', numeric: true },
    ],
  ]
  writer.table('Clusters', columns, rows, rowsOf(persona.depth), total)
}
