import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Client, createClient } from '@aiops/contract/client'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  hasOpenssl,
  KubernetesApi,
  kubeconfigOf,
  makePki,
  type Pki,
  serviceAccountToken,
} from '../../server/src/service/fleet/kubernetes-api.suite.ts'
import { temporaryFolder } from './server.ts'

const aiops = fileURLToPath(new URL('../../server/bin/aiops.js', import.meta.url))
const canary = 'CANARYq8w2z'

describe.skipIf(!hasOpenssl)('a cluster of the fleet (skipped where there is no openssl)', () => {
  const folder = temporaryFolder('cluster')
  const data = join(folder.path, 'data')
  let pki: Pki
  let api: KubernetesApi
  let prometheus: HttpServer
  let prometheusUrl = ''
  const authorizations: (string | undefined)[] = []
  let child: ChildProcess
  let client: Client
  let url = ''
  let printed = ''

  beforeAll(async () => {
    pki = makePki()
    api = await new KubernetesApi(pki).start()
    api.tokens.set(`${canary}-api`, { mayList: true })
    api.tokens.set('poor', { mayList: false })
    prometheus = createServer(async (request, response) => {
      authorizations.push(request.headers.authorization)
      if (request.url === '/-/ready') return response.end('Prometheus Server is Ready.')
      let form = ''
      for await (const part of request) form += part
      const time = Number(new URLSearchParams(form || request.url?.split('?')[1]).get('time'))
      const result = [{ metric: { __name__: 'up', job: 'x' }, value: [time, '1'] }]
      response.setHeader('content-type', 'application/json')
      return response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }))
    })
    await new Promise<void>((resolve) => prometheus.listen(0, '127.0.0.1', resolve))
    prometheusUrl = `http://127.0.0.1:${(prometheus.address() as AddressInfo).port}`
    const settings = [
      'ingest.host.enabled=false',
      'collector.otlp_grpc.port=0',
      'log.level=debug',
      'federation.retry_delay=10ms',
    ]
    const flags = settings.flatMap((setting) => ['--set', setting])
    child = spawn(process.execPath, [aiops, 'serve', '--port', '0', '--data', data, ...flags])
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part) => (printed += String(part)))
    await vi.waitFor(() => expect(printed).toContain('ready http'), { timeout: 30_000 })
    url = /ready (\S+)/.exec(printed)?.[1] ?? ''
    client = createClient({ url })
  })
  afterAll(async () => {
    if (child?.exitCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
    }
    prometheus?.closeAllConnections()
    prometheus?.close()
    await api?.stop().catch(() => undefined)
    folder.remove()
  })

  /** One command line as a user types it. */
  async function run(...argv: string[]) {
    const environment = { ...process.env, AIOPS_URL: url, AIOPS_PROMETHEUS_TOKEN: `${canary}-prom` }
    const command = spawn(process.execPath, [aiops, 'cluster', ...argv], { env: environment })
    const output = { code: 0, stdout: '', stderr: '' }
    command.stdout.on('data', (part) => (output.stdout += String(part)))
    command.stderr.on('data', (part) => (output.stderr += String(part)))
    output.code = await new Promise((resolve) => command.once('close', (code) => resolve(code ?? -1)))
    said.push(output)
    return output
  }
  const said: unknown[] = []
  const fileOf = (name: string, text: string): string => {
    const path = join(folder.path, name)
    writeFileSync(path, text, { mode: 0o600 })
    return path
  }
  const kubeconfig = (change: object = {}): string =>
    kubeconfigOf({ server: api.url, ca: pki.ca, token: `${canary}-api`, ...change })
  const query = (clusterIds: string[]) =>
    client.queryMetrics({ body: { query: 'up', cluster_ids: clusterIds, aggregation: 'MERGE' } })

  it('is refused with a sentence for each thing that is wrong, and may then be added by the same command', async () => {
    const expired = serviceAccountToken('late', 1_700_000_000)
    for (const [text, sentence] of [
      [
        kubeconfig({ server: 'https://127.0.0.1:1' }),
        /API server: 127\.0\.0\.1:1 could not be reached .*nothing listens there/,
      ],
      [kubeconfig({ token: expired }), /expired at 2023-11-14/],
      [kubeconfig({ token: 'poor' }), /does not let them list namespaces \(403\)/],
      [kubeconfig({ token: `${canary}-unknown` }), /refused the credentials \(401\)/],
      [kubeconfig({ ca: undefined }), /authority that is trusted/],
      [kubeconfig({ user: { exec: { command: 'aws' } } }), /kubectl create token/],
      ['no: kubeconfig', /no current-context/],
    ] as const) {
      const { code, stdout, stderr } = await run('add', 'paris', '--kubeconfig', fileOf('bad.yaml', text))
      expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(sentence)])
    }
    const { code, stdout } = await run(
      ...[
        'add',
        'paris',
        '--kubeconfig',
        fileOf('good.yaml', kubeconfig()),
        '--type',
        'HUB',
        '--region',
        'eu',
      ],
      ...['--label', 'team=radio', '--platform', 'KUBERNETES', '--prometheus', prometheusUrl],
    )
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/paris[\s\S]*1\.31\.2[\s\S]*ONLINE 100\/100 CONNECTED/),
    ])
    expect((await run('list')).stdout).toMatch(/paris +ONLINE +100 +HUB/)
    expect((await run('show', 'paris')).stdout).toMatch(/team=radio[\s\S]*credentials: KUBECONFIG/)
    expect((await run('status', 'paris', '--now')).stdout).toMatch(
      /API_SERVER HEALTHY[\s\S]*PROMETHEUS HEALTHY/,
    )
  })

  it('is asked with its own token by a query, and left out by name while it is down', async () => {
    const whole = await query([])
    expect(whole).toMatchObject({ missing: [], partial: false, clusters_queried: 2 })
    expect(whole.results.find(({ cluster_name }) => cluster_name === 'paris')?.data).toHaveLength(1)
    expect(authorizations).toContain(`Bearer ${canary}-prom`)
    api.mood = 'fails'
    const { id, status } = await client.getClusterByName({ params: { name: 'paris' } })
    expect(status.state).toBe('ONLINE')
    expect((await client.refreshCluster({ params: { id } })).status).toMatchObject({
      ...{ state: 'OFFLINE', health_score: 50, last_error: 'API server: It answered 500.' },
    })
    expect(await query([])).toMatchObject({
      ...{ partial: true, clusters_queried: 2, clusters_succeeded: 1 },
      missing: [{ cluster_name: 'paris', reason: expect.stringMatching(/It is OFFLINE since/) }],
    })
    expect(await query(['paris'])).toMatchObject({ partial: false, clusters_succeeded: 1 })
    api.mood = 'well'
    await client.refreshCluster({ params: { id } })
    expect(await query([])).toMatchObject({ partial: false })
    const { periods } = await client.listClusterHistory({ params: { id } })
    expect(periods.map(({ state }) => state).slice(0, 3)).toEqual(['ONLINE', 'OFFLINE', 'ONLINE'])
  })

  it('never shows its credentials: not in an answer, a log line, the audit log, a file or a backup', async () => {
    const { id } = await client.getClusterByName({ params: { name: 'paris' } })
    const credentials = `${url}/api/v1/clusters/${id}/credentials`
    const post = async (path: string, body?: string) => {
      const init = {
        method: 'POST',
        ...(body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } }),
      }
      const response = await fetch(path, init)
      return said.push([response.status, [...response.headers], await response.text()])
    }
    for (const body of [
      `{"kubeconfig": "${canary}`,
      `${canary}`,
      JSON.stringify({ auth_type: canary, [canary]: canary }),
      JSON.stringify({ auth_type: 'KUBECONFIG', kubeconfig: `${canary}: [`, prometheus_token: canary }),
      JSON.stringify({ auth_type: 'OIDC', oidc_token: [canary] }),
    ])
      await post(credentials, body)
    for (const action of ['validate', 'rotate']) await post(`${credentials}/${action}`)
    expect((await run('rotate-key')).stdout).toMatch(/^1 credentials are under the new master key/)
    await post(`${credentials}/validate`)
    expect(said.at(-1)).toEqual([200, expect.anything(), expect.stringContaining('"valid":true')])
    const backups = join(folder.path, 'backups')
    const { id: backup } = await client.createBackup({ body: { to: `folder:${backups}` } })
    await expect
      .poll(async () => (await client.getBackup({ params: { id: backup } })).status, { timeout: 20_000 })
      .toBe('DONE')
    for (const path of [
      'clusters',
      `clusters/${id}`,
      'fleet/summary',
      'fleet/health',
      'fleet/capabilities',
      'settings',
      'query/clusters',
      'pipeline',
    ])
      said.push(await (await fetch(`${url}/api/v1/${path}`)).text())
    for (const path of ['metrics', 'health']) said.push(await (await fetch(`${url}/${path}`)).text())
    expect((await run('remove', 'paris')).stdout).toBe('paris is removed.\n')
    expect((await run('list')).stdout).toMatch(/^No cluster/)
    const forms = [canary, Buffer.from(canary).toString('hex'), ...base64Of(canary)]
    // What the cluster and its Prometheus were shown proves that the canary went through.
    expect(JSON.stringify([api.asked, authorizations])).toContain(canary)
    const told = JSON.stringify(said) + printed
    // Our own request named a field so; the sentence that refuses it may say which.
    for (const form of forms) expect(told).not.toContain(form)
    const files = [...filesIn(data), ...filesIn(backups)]
    expect(files.some((path) => path.includes('backups') && path.includes('records.db'))).toBe(true)
    expect(files.filter((path) => path.includes('backups') && path.includes('master-keys'))).toEqual([])
    for (const path of files)
      for (const form of forms) expect([path, readFileSync(path).includes(form)]).toEqual([path, false])
    expect(statSync(join(data, 'master-keys.json')).mode & 0o777).toBe(0o600)
  })
})

/** How a text looks inside of a longer one in base64, wherever it begins; the first and last letters depend on what is beside it. */
const base64Of = (text: string): string[] =>
  [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), Buffer.from(text)])
      .toString('base64')
      .slice(shift === 0 ? 0 : 4, -4),
  )

const filesIn = (path: string): string[] =>
  readdirSync(path, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesIn(join(path, entry.name)) : entry.isFile() ? [join(path, entry.name)] : [],
  )
