import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Server, startServer as startPlatform, temporaryFolder } from '../journey/server.ts'
import { type Exporter, startExporter } from './exporter.ts'
import { findServer, freePort, integration, type RealServer, startServer } from './real-server.ts'

const configuration = (exporter: number, node: number): string => `
global: { scrape_interval: 1s, scrape_timeout: 900ms, evaluation_interval: 5m, external_labels: { site: test } }
rule_files: []
scrape_configs:
  - job_name: shop
    params: { module: [a b, c], debug: ['1'] }
    static_configs:
      - { targets: ['127.0.0.1:${exporter}', 'dropped:1'], labels: { team: Shop, __meta_zone: b } }
    relabel_configs:
      - { source_labels: [__address__], regex: 'dropped:.*', action: drop }
      - { source_labels: [__meta_zone, team], separator: /, target_label: place }
      - { source_labels: [team], target_label: team, action: lowercase }
      - { source_labels: [team], target_label: shard, action: hashmod, modulus: 7 }
      - { source_labels: [__param_module], target_label: module }
      - { source_labels: [__address__], regex: '([^:]+):(\\d+)', target_label: 'port_\${2}', replacement: x }
      - { regex: '__meta_(.+)', action: labelmap, replacement: 'meta_$1' }
    metric_relabel_configs:
      - { source_labels: [__name__], regex: 'debug_.*', action: drop }
      - { regex: 'tmp_.*', action: labeldrop }
      - { source_labels: [code], regex: '(.).*', target_label: class, replacement: '\${1}xx' }
      - { source_labels: [code], regex: '4..', target_label: upper, replacement: client, action: replace }
      - { source_labels: [upper], target_label: upper, action: uppercase }
  - job_name: honoring
    honor_labels: true
    static_configs: [{ targets: ['127.0.0.1:${exporter}'], labels: { code: target } }]
  - job_name: open
    metrics_path: /open
    static_configs: [{ targets: ['127.0.0.1:${exporter}'] }]
  - job_name: broken
    metrics_path: /broken
    static_configs: [{ targets: ['127.0.0.1:${exporter}'] }]
  - job_name: limited
    metrics_path: /many
    sample_limit: 2
    static_configs: [{ targets: ['127.0.0.1:${exporter}'] }]
  - job_name: gone
    metrics_path: /gone
    static_configs: [{ targets: ['127.0.0.1:${exporter}'] }]
  - job_name: listed
    metrics_path: /open
    file_sd_configs: [{ files: [targets*.json] }]
  - job_name: node
    static_configs: [{ targets: ['127.0.0.1:${node}'] }]
    metric_relabel_configs:
      - { source_labels: [__name__], regex: 'node_(cpu_seconds_total|memory_.*|load.*|uname_info|scrape_collector_success)', action: keep }
`

/** The series of a server as a set of texts. */
const setOf = (series: readonly Record<string, string>[]): string[] =>
  series.map((labels) => JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))).sort()

integration('scraped beside a real Prometheus with the same scrape_configs', ['prometheus'], () => {
  const folder = temporaryFolder('scrape')
  let exporter: Exporter
  let platform: Server
  let prometheus: RealServer
  let node: ReturnType<typeof spawn> | undefined

  beforeAll(async () => {
    exporter = await startExporter()
    const nodePort = await freePort()
    const program = findServer('prometheus-node-exporter')
    if (program) node = spawn(program, [`--web.listen-address=127.0.0.1:${nodePort}`], { stdio: 'ignore' })
    const text = configuration(exporter.port, nodePort)
    const targets = JSON.stringify([{ targets: [`127.0.0.1:${exporter.port}`], labels: { from: 'file' } }])
    const file = join(folder.path, 'prometheus.yml')
    writeFileSync(file, text)
    writeFileSync(join(folder.path, 'targets1.json'), targets)
    platform = await startPlatform(join(folder.path, 'data'), [
      'ingest.host.enabled=false',
      `ingest.scrape.config_files=["${file}"]`,
    ])
    prometheus = await startServer({
      program: 'prometheus',
      readyPath: '/-/ready',
      args: (port) => [
        `--config.file=${file}`,
        '--storage.tsdb.path=data',
        `--web.listen-address=127.0.0.1:${port}`,
      ],
    })
    for (const phase of [1, 2]) {
      exporter.turn(phase)
      await vi.waitFor(
        () => {
          // Two jobs ask the counted path.
          const { prometheus: theirs, aiops: ours } = exporter.asked()
          expect(Math.min(theirs, ours)).toBeGreaterThan(7)
        },
        { timeout: 60_000, interval: 100 },
      )
    }
  })
  afterAll(async () => {
    await prometheus?.stop()
    await platform?.stop()
    await exporter?.stop()
    node?.kill()
    folder.remove()
  })

  const theirs = async (): Promise<Record<string, string>[]> => {
    const answer = await fetch(
      `${prometheus.origin}/api/v1/series?match[]=${encodeURIComponent('{job=~".+"}')}`,
    )
    return ((await answer.json()) as { data: Record<string, string>[] }).data
  }
  const ours = async (): Promise<Record<string, string>[]> => {
    const { series } = await platform.client.listSeries({ query: { match: ['{job=~".+"}'], limit: 10_000 } })
    return series.filter(({ derived }) => !derived).map(({ name, labels }) => ({ ...labels, __name__: name }))
  }

  test('the label sets of all series are those of Prometheus', async () => {
    const wanted = setOf(await theirs())
    expect(wanted.length).toBeGreaterThan(50)
    await vi.waitFor(async () => expect(setOf(await ours())).toEqual(wanted), {
      timeout: 20_000,
      interval: 500,
    })
  })

  test('targets are as healthy as Prometheus finds them, each with its labels before and after', async () => {
    const answer = await fetch(`${prometheus.origin}/api/v1/targets?state=active`)
    type Active = {
      labels: Record<string, string>
      discoveredLabels: Record<string, string>
      health: string
      scrapeUrl: string
    }
    const { data } = (await answer.json()) as { data: { activeTargets: Active[] } }
    const { targets, dropped, problems, notes } = await platform.client.listScrapeTargets()
    const key = (labels: Record<string, string>): string => JSON.stringify(Object.entries(labels).sort())
    const mine = targets.map((t) => [key(t.labels), key(t.discovered_labels), t.health.toLowerCase(), t.url])
    const real = data.activeTargets.map((t) => [
      key(t.labels),
      key(t.discoveredLabels),
      t.health,
      t.scrapeUrl,
    ])
    expect(mine.sort()).toEqual(real.sort())
    expect(dropped).toBe(1)
    expect(problems).toEqual([])
    expect(notes).toEqual([expect.objectContaining({ message: 'rule_files is not used here' })])
    const broken = targets.find(({ job }) => job === 'broken')
    expect(broken?.last_error).toContain('Line 2')
    expect(targets.find(({ job }) => job === 'limited')?.last_error).toContain('sample_limit')
  })

  test('what is no more is stale, and nothing else; values and reports are equal', async () => {
    const query = encodeURIComponent(
      '{job=~"shop|honoring|open|broken|limited|gone|listed",__name__!="scrape_duration_seconds"}',
    )
    const answer = await fetch(`${prometheus.origin}/api/v1/query?query=${query}`)
    type Instant = { metric: Record<string, string>; value: [number, string] }
    const { data } = (await answer.json()) as { data: { result: Instant[] } }
    const wanted = new Map(data.result.map(({ metric, value }) => [setOf([metric])[0]!, value[1]]))
    const { results } = await platform.client.getRange({
      query: {
        match: '{job=~"shop|honoring|open|broken|limited|gone|listed",__name__!="scrape_duration_seconds"}',
        duration: '5m',
        max_points: 11_000,
        limit: 200,
      },
    })
    const live = new Map<string, string>()
    for (const { series, points } of results) {
      if (series.derived) continue
      const last = points.at(-1)?.[1]
      const undefinedValue = last === null && Object.values(series.labels).includes('oben')
      if (last === null && !undefinedValue) continue
      live.set(
        setOf([{ ...series.labels, __name__: series.name }])[0]!,
        undefinedValue ? 'NaN' : String(last),
      )
    }
    expect([...live].sort()).toEqual(
      [...wanted].map(([key, value]) => [key, value === 'NaN' ? value : String(Number(value))]).sort(),
    )
  })
})
