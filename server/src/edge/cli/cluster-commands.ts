import type { NodeSummary, PodSummary } from '@aiops/contract/model/kubernetes'
import { durationMs } from '@aiops/contract/model/time'
import { type Command, InvalidArgumentError, Option } from 'commander'
import {
  formatReport,
  platformRbacManifest,
  type ReportFormat,
  rbacManifest,
  reportFormats,
  shownRules,
} from '../../service/kubernetes/index.ts'
import { type Inside, type InsideDeps, type InsideOptions, insideOf } from './cluster-inside.ts'
import { withConnection } from './connection.ts'
import { Exit } from './exit.ts'
import { bold, dim, print, printAsIs, printJson, span, table } from './print.ts'

export type ClusterCommandDeps = InsideDeps & { version: string }
type Namespaced = InsideOptions & { namespace: string; allNamespaces?: boolean; problems?: boolean }

/** Commands for the inside of a cluster: `aiops cluster pods`, and `aiops analyze`. */
export function insideCommands(program: Command, cluster: Command, deps: ClusterCommandDeps): void {
  const command = (name: string, about: string, examples: string): Command =>
    withInside(
      cluster.command(`${name} [cluster]`).description(about).addHelpText('after', examplesOf(examples)),
    )
  command('pods', 'the pods of a cluster, and how they are', podExamples)
    .option('-n, --namespace <name>', 'in this namespace', '')
    .option('--problems', 'those alone that are not as they should be')
    .option('--search <text>', 'those whose name holds this', '')
    .action(async (name: string | undefined, options: Namespaced & { search: string }) => {
      const inside = await insideOf(deps, name, options)
      const { namespace, problems = false, search } = options
      const pods = await inside.pods({ namespace, problems, search })
      if (options.json) printJson(pods)
      else told(inside, podRows(pods), problems ? 'No pod has a problem.' : 'There is no pod.')
    })
  command(
    'workloads',
    'deployments and other workloads, and how many of their pods are ready',
    workloadExamples,
  )
    .option('-n, --namespace <name>', 'in this namespace', '')
    .option('--problems', 'those alone that are not available')
    .action(async (name: string | undefined, options: Namespaced) => {
      const inside = await insideOf(deps, name, options)
      const workloads = await inside.workloads({
        namespace: options.namespace,
        problems: options.problems ?? false,
      })
      if (options.json) return printJson(workloads)
      const rows = workloads.map((one) => [
        ...[one.namespace, one.kind, bold(one.name), `${one.ready}/${one.desired}`, one.status],
        one.images.join(' '),
      ])
      told(
        inside,
        [['NAMESPACE', 'KIND', 'NAME', 'READY', 'STATUS', 'IMAGES'], ...rows],
        'There is no workload.',
      )
    })
  command('events', 'what the cluster said, newest first', eventExamples)
    .option('-n, --namespace <name>', 'in this namespace', '')
    .option('--warnings', 'warnings alone')
    .addOption(new Option('--since <duration>', 'how far back').default('2h').argParser(durationOf))
    .option('--limit <n>', 'events at most', countOf, 100)
    .action(showEvents(deps))
  command('top', 'what pods or nodes use, most first', topExamples)
    .addOption(new Option('--of <what>', 'pods or nodes').choices(['pods', 'nodes']).default('pods'))
    .addOption(new Option('--by <what>', 'cpu or memory').choices(['cpu', 'memory']).default('cpu'))
    .option('-n, --namespace <name>', 'in this namespace', '')
    .option('--limit <n>', 'lines at most', countOf, 30)
    .action(showTop(deps))
  command('topology', 'how what is in the cluster hangs together, as a Mermaid diagram', topologyExamples)
    .option('-n, --namespace <name>', 'of this namespace', '')
    .addOption(
      new Option('--diagram <kind>', 'what to draw')
        .choices(['flowchart', 'network', 'sequence', 'matrix'])
        .default('flowchart'),
    )
    .action(async (name: string | undefined, options: Namespaced & { diagram: 'flowchart' }) => {
      const inside = await insideOf(deps, name, options)
      const text = await inside.diagram(options.namespace, options.diagram)
      if (options.json) printJson({ format: 'mermaid', text })
      else print(text)
    })
  command('rbac', 'the permissions to grant, as a manifest for kubectl apply', rbacExamples)
    .option('--missing', 'only what the credentials lack of it')
    .option('--of-namespace <name>', 'for these namespaces alone; may be repeated', also, [] as string[])
    .option(
      '--of-platform [account]',
      'what the platform itself needs to keep Secrets, for the service account NAMESPACE/NAME that it runs as',
    )
    .action(showRbac(deps))
  withInside(
    cluster
      .command('logs <pod> [cluster]')
      .description('log lines of a pod')
      .addHelpText('after', examplesOf(logExamples)),
  )
    .option('-n, --namespace <name>', 'of the pod', 'default')
    .option('-c, --container <name>', 'of a pod that has several', '')
    .option('--tail <n>', 'lines, the newest', countOf, 100)
    .option('--previous', 'of the run before the last restart')
    .action(showLogs(deps))
  const analyze = analyzeAction(deps)
  analysis(command('analyze', 'what is wrong in a cluster, since when and why', analyzeExamples)).action(
    analyze,
  )
  analysis(
    withInside(
      program
        .command('analyze')
        .description('what is wrong in a cluster, since when and why: no server is needed')
        .option('--cluster <name>', 'a cluster of the platform; else the one of --kubeconfig')
        .addHelpText(
          'after',
          examplesOf(
            analyzeExamples
              .replaceAll('cluster analyze', 'analyze')
              .replace('analyze paris', 'analyze --cluster paris'),
          ),
        ),
    ),
  ).action((options: AnalyzeOptions & { cluster?: string }) => analyze(options.cluster, options))
}

/** Counts, and the health checks that do not pass. */
export async function showInside(inside: Inside): Promise<void> {
  const { nodes, pods, workloads, warning_events_last_hour: warnings } = await inside.overview()
  const phases = Object.entries(pods.by_phase).map(([phase, count]) => `${count} ${phase}`)
  print(
    `  nodes: ${nodes.ready}/${nodes.total} ready${nodes.cordoned > 0 ? `, ${nodes.cordoned} cordoned` : ''}`,
  )
  print(
    `  pods: ${pods.total} (${phases.join(', ')}), ${pods.not_ready} not ready, ${pods.restarts} restarts`,
  )
  print(`  workloads: ${workloads.total}, ${workloads.unavailable} not available`)
  print(`  warning events in the last hour: ${warnings}`)
  for (const { status, title, message, remediation } of await inside.checks()) {
    if (status === 'PASS') continue
    print(`  ${status} ${title}: ${message}`)
    for (const command of remediation.kubectl_commands) print(dim(`       ${command}`))
  }
  for (const line of inside.unknown()) process.stderr.write(`! ${line}\n`)
}

export const withInside = (command: Command): Command =>
  withConnection(command)
    .option('--kubeconfig <file>', 'ask the cluster of this file itself, without a platform; - for stdin')
    .option('--context <name>', 'a context of it, where it is not the current one')

const analysis = (command: Command): Command =>
  command
    .option('-n, --namespace <name>', 'findings in this namespace', '')
    .addOption(
      new Option('--format <format>', 'how they are printed').choices([...reportFormats]).default('text'),
    )
    .option('--fail', 'end with exit code 1 where something is found')

type AnalyzeOptions = InsideOptions & { namespace: string; format: ReportFormat; fail?: boolean }
const analyzeAction =
  (deps: ClusterCommandDeps) =>
  async (name: string | undefined, options: AnalyzeOptions): Promise<void> => {
    const inside = await insideOf(deps, name, options)
    const { findings, unknown } = await inside.findings(options.namespace)
    const format = options.json ? 'json' : options.format
    process.stdout.write(
      formatReport(format, { findings, unknown, rules: shownRules(), version: deps.version }),
    )
    if (options.fail && findings.length > 0) throw new Exit(1)
  }

const showEvents =
  (deps: ClusterCommandDeps) =>
  async (
    name: string | undefined,
    options: Namespaced & { warnings?: boolean; since: string; limit: number },
  ): Promise<void> => {
    const inside = await insideOf(deps, name, options)
    const { namespace, warnings = false, since, limit } = options
    const events = await inside.events({
      namespace,
      warnings,
      limit,
      sinceMs: Date.now() - durationMs(since),
    })
    if (options.json) return printJson(events)
    const rows = events.map((one) => [
      ...[agoOf(one.last_at), one.type, one.reason, `${one.object.kind.toLowerCase()}/${one.object.name}`],
      ...[String(one.count), one.message],
    ])
    told(
      inside,
      [['LAST SEEN', 'TYPE', 'REASON', 'OBJECT', 'COUNT', 'MESSAGE'], ...rows],
      `No event in ${since}.`,
    )
  }

const showTop =
  (deps: ClusterCommandDeps) =>
  async (
    name: string | undefined,
    options: InsideOptions & { of: string; by: 'cpu' | 'memory'; namespace: string; limit: number },
  ): Promise<void> => {
    const inside = await insideOf(deps, name, options)
    const all: (PodSummary | NodeSummary)[] =
      options.of === 'nodes'
        ? await inside.nodes()
        : await inside.pods({ namespace: options.namespace, problems: false, search: '' })
    const used = all.flatMap((one) => (one.usage ? [{ one, usage: one.usage }] : []))
    const key = options.by === 'cpu' ? 'cpu_cores' : 'memory_bytes'
    used.sort((a, b) => b.usage[key] - a.usage[key])
    const shown = used.slice(0, options.limit)
    if (options.json) return printJson(shown.map(({ one }) => one))
    const rows = shown.map(({ one, usage }) => [
      ...('namespace' in one ? [one.namespace] : []),
      ...[
        bold(one.name),
        `${Math.round(usage.cpu_cores * 1_000)}m`,
        `${Math.round(usage.memory_bytes / 2 ** 20)}Mi`,
      ],
    ])
    const head = [...(options.of === 'nodes' ? [] : ['NAMESPACE']), 'NAME', 'CPU', 'MEMORY']
    told(
      inside,
      [head, ...rows],
      'What is used is not known: the cluster has no metrics.k8s.io, or it may not be read.',
    )
  }

const showLogs =
  (deps: ClusterCommandDeps) =>
  async (
    pod: string,
    name: string | undefined,
    options: InsideOptions & { namespace: string; container: string; tail: number; previous?: boolean },
  ): Promise<void> => {
    const inside = await insideOf(deps, name, options)
    const { namespace, container, tail, previous = false } = options
    const lines = await inside.logs({ namespace, pod, container, tail, previous })
    if (options.json) return printJson(lines)
    for (const { at, text } of lines) printAsIs(at === null ? text : `${dim(at)} ${text}`)
  }

const platformAccount = 'aiops-nextgen/cluster-registry'

const showRbac =
  (deps: ClusterCommandDeps) =>
  async (
    name: string | undefined,
    options: InsideOptions & { missing?: boolean; ofNamespace: string[]; ofPlatform?: string | true },
  ): Promise<void> => {
    if (options.ofPlatform !== undefined) {
      const account = options.ofPlatform === true ? platformAccount : options.ofPlatform
      const [namespace = '', name = ''] = account.split('/')
      return void process.stdout.write(platformRbacManifest({ namespace, name }))
    }
    if (!options.missing) {
      const { ofNamespace } = options
      return void process.stdout.write(
        rbacManifest(ofNamespace.length > 0 ? { namespaces: ofNamespace } : {}),
      )
    }
    const missing = await (await insideOf(deps, name, options)).missing()
    if (options.json) return printJson(missing)
    for (const one of missing) print(one)
    if (missing.length === 0) print('Nothing is missing.')
  }

function podRows(pods: readonly PodSummary[]): string[][] {
  const rows = pods.map((one) => [
    ...[one.namespace, bold(one.name), `${one.ready}/${one.total}`, one.status, String(one.restarts)],
    ...[agoOf(one.created_at, ''), one.node ?? ''],
  ])
  return [['NAMESPACE', 'NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE', 'NODE'], ...rows]
}

/** A table whose first row is its head, and on stderr what could not be read. */
function told(inside: Inside, rows: string[][], empty: string): void {
  if (rows.length === 1) print(empty)
  else for (const line of table(rows)) print(line)
  for (const line of inside.unknown()) process.stderr.write(`! ${line}\n`)
}

const agoOf = (time: string | null, after = ' ago'): string =>
  time === null ? '' : `${span((Date.now() - Date.parse(time)) / 1_000)}${after}`

function durationOf(text: string): string {
  if (!(durationMs(text) > 0)) throw new InvalidArgumentError('Write it as 30m or 2h.')
  return text
}

function countOf(text: string): number {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1 || count > 10_000)
    throw new InvalidArgumentError('Write a whole number from 1 to 10000.')
  return count
}

const also = (value: string, values: string[]): string[] => [...values, value]
const examplesOf = (lines: string): string => `\nExamples:\n${lines}`

const podExamples = `  aiops cluster pods paris --problems
  aiops cluster pods --kubeconfig paris.yaml -n shop
`
const workloadExamples = `  aiops cluster workloads paris --problems
`
const eventExamples = `  aiops cluster events paris --warnings --since 30m
  aiops cluster events --kubeconfig paris.yaml -n shop --json
`
const topExamples = `  aiops cluster top paris --by memory
  aiops cluster top paris --of nodes
`
const topologyExamples = `  aiops cluster topology paris -n shop > shop.mmd
  aiops cluster topology paris --diagram network
`
const rbacExamples = `  aiops cluster rbac | kubectl apply -f -
  aiops cluster rbac --of-namespace shop --of-namespace stock
  aiops cluster rbac paris --missing
  aiops cluster rbac --of-platform aiops-nextgen/cluster-registry | kubectl apply -f -
`
const logExamples = `  aiops cluster logs cart-7d9f-x2x4k paris -n shop --previous
  aiops cluster logs cart-7d9f-x2x4k --kubeconfig paris.yaml -n shop --tail 20
`
const analyzeExamples = `  aiops cluster analyze paris
  aiops cluster analyze --kubeconfig paris.yaml -n shop
  aiops cluster analyze --kubeconfig paris.yaml --format sarif > findings.sarif
`
