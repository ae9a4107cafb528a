import type { Client } from '@aiops/contract/client'
import {
  type Cluster,
  ClusterEnvironment,
  ClusterPlatform,
  type ClusterState,
  ClusterType,
} from '@aiops/contract/model/cluster'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { Fault } from '../../kernel/fault.ts'
import { parseKubeconfig } from '../../service/fleet/index.ts'
import { type ClusterCommandDeps, insideCommands, showInside, withInside } from './cluster-commands.ts'
import { type Inside, type InsideOptions, insideOf } from './cluster-inside.ts'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { bold, dim, green, print, printJson, span, table } from './print.ts'
import { textOf } from './text-file.ts'

type AddOptions = ConnectionOptions & {
  kubeconfig?: string
  context?: string
  apiServer?: string
  displayName?: string
  type: ClusterType
  platform: ClusterPlatform
  environment: ClusterEnvironment
  region?: string
  label: Record<string, string>
  prometheus?: string
  tempo?: string
  loki?: string
  alertmanager?: string
  ca?: string
  insecure?: boolean
}

export function clusterCommands(program: Command, deps: ClusterCommandDeps): void {
  const cluster = program
    .command('cluster')
    .description('the clusters of the fleet: their registration, their health, and what is inside them')
  addCommand(cluster)
  readCommands(cluster, deps)
  insideCommands(program, cluster, deps)
  withConnection(
    cluster
      .command('remove <name>')
      .description('forget a cluster with its credentials and its history')
      .addHelpText('after', '\nExamples:\n  aiops cluster remove edge-paris\n'),
  ).action(async (name: string, options: ConnectionOptions) => {
    const client = connect(options)
    const { id } = await named(client, name)
    await client.deleteCluster({ params: { id } })
    if (options.json) printJson({ removed: id })
    else print(`${name} is removed.`)
  })
  withConnection(
    cluster
      .command('rotate-key')
      .description('a new master key for all stored credentials; nothing stops meanwhile')
      .addHelpText('after', '\nExamples:\n  aiops cluster rotate-key\n'),
  ).action(async (options: ConnectionOptions) => {
    const done = await connect(options).rotateFleetKey()
    if (options.json) return printJson(done)
    print(`${done.rewrapped} credentials are under the new master key ${done.key_id}.`)
    if (done.unreadable > 0)
      print(`${done.unreadable} could not be decrypted and stay as they are; the log names them.`)
  })
}

function addCommand(cluster: Command): void {
  withConnection(
    cluster
      .command('add [name]')
      .description('register a cluster; with a kubeconfig, its credentials are tried and stored encrypted')
      .addHelpText('after', addExamples),
  )
    .option('--kubeconfig <file>', 'kubeconfig with a token or client certificate; - is standard input')
    .option('--context <name>', 'which of its contexts')
    .option('--api-server <url>', 'address of the API server, where there is no kubeconfig')
    .option('--display-name <text>', 'name for people')
    .addOption(
      new Option('--type <type>', 'how often it is checked').choices(ClusterType.options).default('SPOKE'),
    )
    .addOption(
      new Option('--platform <platform>', 'what it is').choices(ClusterPlatform.options).default('OPENSHIFT'),
    )
    .addOption(
      new Option('--environment <name>', 'what it is for')
        .choices(ClusterEnvironment.options)
        .default('DEVELOPMENT'),
    )
    .option('--region <name>', 'where it is')
    .option('--label <key=value>', 'may be repeated', labelOf, {})
    .option(
      '--prometheus <url>',
      'Prometheus, Thanos or what answers alike; its token: AIOPS_PROMETHEUS_TOKEN',
    )
    .option('--tempo <url>', 'its token: AIOPS_TEMPO_TOKEN')
    .option('--loki <url>', 'its token: AIOPS_LOKI_TOKEN')
    .option('--alertmanager <url>', 'Alertmanager')
    .option('--ca <file>', 'PEM certificates of the authorities to trust')
    .option('--insecure', 'do not check certificates')
    .action(add)
}

async function add(given: string | undefined, options: AddOptions): Promise<void> {
  const text = options.kubeconfig === undefined ? undefined : textOf(options.kubeconfig)
  const parsed = text === undefined ? undefined : parseKubeconfig(text, options.context)
  const name = given ?? parsed?.context
  if (name === undefined)
    throw new Fault('VALIDATION_FAILED', 'Say what it is to be called: aiops cluster add NAME.')
  const url = options.apiServer ?? parsed?.server
  if (url === undefined)
    throw new Fault('VALIDATION_FAILED', 'Say where it is, with --kubeconfig FILE or --api-server URL.')
  const client = connect(options)
  const made = await client.createCluster({ body: { name, ...bodyOf(options, url) } })
  if (text === undefined) return added(client, made, [], options)
  const context = parsed ? { context: parsed.context } : {}
  try {
    const { warnings } = await client.putClusterCredentials({
      params: { id: made.id },
      body: { auth_type: 'KUBECONFIG', kubeconfig: text, ...context, ...tokensOf(options) },
    })
    await added(client, made, warnings, options)
  } catch (error) {
    // As if nothing had been said, so that the same command may be said again.
    await client.deleteCluster({ params: { id: made.id } })
    throw error
  }
}

const bodyOf = (options: AddOptions, url: string) => ({
  api_server_url: url,
  display_name: options.displayName ?? null,
  cluster_type: options.type,
  platform: options.platform,
  environment: options.environment,
  region: options.region ?? null,
  labels: options.label,
  endpoints: {
    ...(options.prometheus === undefined ? {} : { prometheus_url: options.prometheus }),
    ...(options.tempo === undefined ? {} : { tempo_url: options.tempo }),
    ...(options.loki === undefined ? {} : { loki_url: options.loki }),
    ...(options.alertmanager === undefined ? {} : { alertmanager_url: options.alertmanager }),
  },
  tls:
    options.ca === undefined && !options.insecure
      ? null
      : {
          ...(options.ca === undefined ? {} : { ca: textOf(options.ca) }),
          insecure_skip_verify: options.insecure ?? false,
        },
})

/** From the environment, so that they are in no shell history. */
function tokensOf(options: AddOptions) {
  const { AIOPS_PROMETHEUS_TOKEN: prometheus, AIOPS_TEMPO_TOKEN: tempo, AIOPS_LOKI_TOKEN: loki } = process.env
  return {
    ...(options.prometheus && prometheus ? { prometheus_token: prometheus } : {}),
    ...(options.tempo && tempo ? { tempo_token: tempo } : {}),
    ...(options.loki && loki ? { loki_token: loki } : {}),
  }
}

async function added(
  client: Client,
  { id }: Cluster,
  warnings: string[],
  options: AddOptions,
): Promise<void> {
  const cluster = await client.refreshCluster({ params: { id } })
  if (options.json) return printJson(cluster)
  printCluster(cluster)
  for (const warning of warnings) if (!cluster.warnings.includes(warning)) print(`! ${warning}`)
}

function readCommands(cluster: Command, deps: ClusterCommandDeps): void {
  withConnection(
    cluster
      .command('list')
      .description('the clusters and how they are')
      .addHelpText(
        'after',
        '\nExamples:\n  aiops cluster list\n  aiops cluster list --state OFFLINE --json\n',
      ),
  )
    .option('--state <state>', 'those in this state')
    .option('--name <text>', 'those whose name holds this')
    .action(async (options: ConnectionOptions & { state?: ClusterState; name?: string }) => {
      const client = connect(options)
      const items: Cluster[] = []
      for (let page = 1, pages = 1; page <= pages; page += 1) {
        const query = {
          page,
          page_size: 200,
          name: options.name,
          state: options.state ? [options.state] : [],
        }
        const found = await client.listClusters({ query })
        items.push(...found.items)
        pages = found.total_pages
      }
      if (options.json) return printJson(items)
      if (items.length === 0) return print('No cluster. Add one: aiops cluster add NAME --kubeconfig FILE')
      const rows = items.map((one) => [
        ...[bold(one.name), stateOf(one), String(one.status.health_score), one.cluster_type, one.environment],
        ...[one.platform_version ?? '', seenOf(one), one.status.last_error ?? ''],
      ])
      for (const line of table([
        ['NAME', 'STATE', 'SCORE', 'TYPE', 'ENVIRONMENT', 'VERSION', 'SEEN', 'PROBLEM'],
        ...rows,
      ]))
        print(line)
    })
  withConnection(
    cluster
      .command('show <name>')
      .description('one cluster: where it is, what it can do, what to see to')
      .addHelpText('after', '\nExamples:\n  aiops cluster show edge-paris\n'),
  ).action(async (name: string, options: ConnectionOptions) => {
    const found = await named(connect(options), name)
    if (options.json) printJson(found)
    else printCluster(found)
  })
  withInside(
    cluster
      .command('status [name]')
      .description('health of one cluster, each check by itself, and what is inside it')
      .addHelpText('after', statusExamples),
  )
    .option('--now', 'check it now')
    .action(async (name: string | undefined, options: InsideOptions & { now?: boolean }) => {
      if (name === undefined || options.kubeconfig !== undefined)
        return statusOf(await insideOf(deps, name, options), options)
      const client = connect(options)
      const { id } = await named(client, name)
      if (options.now) await client.refreshCluster({ params: { id } })
      const found = await named(client, name)
      if (options.json) return printJson(found.status)
      print(bold(found.name))
      printStatus(found)
      const { watch, message } = await client.getClusterOverview({ params: { id } })
      if (watch === 'WATCHING' || watch === 'FAILING') await showInside(await insideOf(deps, name, options))
      else print(dim(`  its inside is not known: ${message || 'it is being read'}`))
    })
}

async function statusOf(inside: Inside, { json }: InsideOptions): Promise<void> {
  if (json) return printJson({ ...(await inside.overview()), checks: await inside.checks() })
  print(bold(inside.name))
  await showInside(inside)
}

const statusExamples = `
Examples:
  aiops cluster status edge-paris
  aiops cluster status edge-paris --now
  aiops cluster status --kubeconfig paris.yaml
`
const addExamples = `
Examples:
  aiops cluster add edge-paris --kubeconfig paris.yaml --type EDGE --region eu --prometheus https://prometheus.paris.example
  aiops cluster add lab --api-server https://api.lab.example:6443 --label team=radio
  kubectl config view --raw --flatten --minify | aiops cluster add paris --kubeconfig -
`

const named = (client: Client, name: string): Promise<Cluster> =>
  client.getClusterByName({ params: { name } })

function printCluster(cluster: Cluster): void {
  print(`${bold(cluster.name)} ${cluster.display_name ?? ''} ${dim(cluster.id)}`)
  print(
    `  ${cluster.cluster_type} ${cluster.environment} ${cluster.platform} ${cluster.platform_version ?? ''} ${cluster.region ?? ''}`,
  )
  print(
    `  ${cluster.api_server_url ?? 'no API server is named'}${cluster.source === 'FILE' ? dim(' (from a document)') : ''}`,
  )
  for (const [name, url] of Object.entries(cluster.endpoints)) print(`  ${name.replace('_url', '')}: ${url}`)
  const labels = Object.entries(cluster.labels).map(([key, value]) => `${key}=${value}`)
  if (labels.length > 0) print(`  ${labels.join(' ')}`)
  const { credentials } = cluster
  if (credentials)
    print(
      `  credentials: ${credentials.auth_type}${credentials.expires_at ? `, until ${credentials.expires_at}` : ''}`,
    )
  printStatus(cluster)
}

function printStatus(cluster: Cluster): void {
  const { status } = cluster
  print(`  ${stateOf(cluster)} ${status.health_score}/100 ${status.connectivity}, checked ${seenOf(cluster)}`)
  for (const { target, result, message, time_ms } of status.checks)
    if (result !== 'NOT_CHECKED' || message !== '')
      print(`  ${target} ${result}${time_ms === null ? '' : dim(` ${Math.round(time_ms)} ms`)} ${message}`)
  for (const warning of cluster.warnings) print(`! ${warning}`)
}

const stateOf = ({ status }: Cluster): string =>
  `${status.state === 'ONLINE' ? green(status.state) : status.state}${status.stale ? ' (stale)' : ''}`

const seenOf = ({ status }: Cluster): string =>
  status.checked_at === null ? 'never' : `${span((Date.now() - Date.parse(status.checked_at)) / 1_000)} ago`

function labelOf(text: string, labels: Record<string, string>): Record<string, string> {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('Write it as key=value.')
  return { ...labels, [text.slice(0, at)]: text.slice(at + 1) }
}
