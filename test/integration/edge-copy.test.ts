import { writeFileSync } from 'node:fs'
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http'
import { type AddressInfo, connect, createServer, type Server as NetServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClusterCopy } from '@aiops/contract/model/cluster'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Server, startServer as startAiops, temporaryFolder } from '../journey/server.ts'
import { freePort, integration, type RealServer, startServer } from './real-server.ts'

type Sample = [seconds: number, value: string]
type Raw = Map<string, Sample[]>

const scrapeMs = 1_000
const selectors = ['{__name__=~"edge_.+"}', 'up']

/** A cluster at the edge with a Prometheus of its own, behind a network that is cut, and a program that copies it. */
integration('the copy of a cluster at the edge', ['prometheus'], () => {
  const folder = temporaryFolder('edge-copy')
  const beganMs = Date.now()
  let exporter: HttpServer
  let prometheus: RealServer
  let network: Network
  let aiops: Server
  let id = ''
  const startHere = () =>
    startAiops(join(folder.path, 'data'), [
      ...['ingest.host.enabled=false', 'fleet.copy.interval=1s', 'fleet.copy.settle=2s'],
      ...['fleet.copy.chunk=5s', 'fleet.copy.first=5s', `fleet.copy.selectors=${JSON.stringify(selectors)}`],
      ...['federation.retry_delay=10ms', 'store.checkpoint_interval=1s'],
    ])
  const copyNow = (): Promise<ClusterCopy> => aiops.client.getClusterCopy({ params: { id } })
  /** Resolves with the copy once everything up to then is in it. */
  const copied = async (untilMs: number): Promise<ClusterCopy> => {
    let copy = await copyNow()
    await expect
      .poll(
        async () => {
          copy = await copyNow()
          return Date.parse(copy.filled_until ?? '')
        },
        { timeout: 40_000, interval: 100 },
      )
      .toBeGreaterThanOrEqual(untilMs)
    return copy
  }
  const state = async (): Promise<string> =>
    (await aiops.client.refreshCluster({ params: { id } })).status.state

  /** All that both hold of a time, as raw samples. */
  const both = async (fromMs: number, toMs: number): Promise<{ own: Raw; theirs: Raw }> => {
    const range = `[${toMs - fromMs}ms]`
    const time = (toMs / 1_000).toFixed(3)
    const [own, theirs] = await Promise.all([
      rawOf(`${aiops.url}/prometheus`, `{__name__=~"edge_[a-z_]+|up",copied_from="paris"}${range}`, time),
      rawOf(prometheus.origin, `{__name__=~"edge_[a-z_]+|up"}${range}`, time),
    ])
    return { own, theirs }
  }
  const expectAlike = async (fromMs: number, toMs: number): Promise<number> => {
    const { own, theirs } = await both(fromMs, toMs)
    const labelled = new Map([...theirs].map(([key, samples]) => [keyOf(asCopied(JSON.parse(key))), samples]))
    expect([...own.keys()].sort()).toEqual([...labelled.keys()].sort())
    for (const [key, samples] of labelled) expect(own.get(key), key).toEqual(samples)
    return theirs.get(keyOf({ __name__: 'edge_steps_total', instance: 'x', job: 'cnf' }))?.length ?? 0
  }

  beforeAll(async () => {
    exporter = await startTarget()
    const { port } = exporter.address() as AddressInfo
    prometheus = await startPrometheus(folder.path, port)
    network = await startNetwork(prometheus.port)
    aiops = await startHere()
    const cluster = await aiops.client.createCluster({
      body: {
        ...{ name: 'paris', api_server_url: 'https://127.0.0.1:1', cluster_type: 'EDGE' },
        endpoints: { prometheus_url: `http://127.0.0.1:${network.port}` },
      } as never,
    })
    id = cluster.id
  }, 60_000)
  afterAll(async () => {
    await aiops?.stop()
    await network?.stop()
    await prometheus?.stop()
    exporter?.closeAllConnections()
    exporter?.close()
    folder.remove()
  })

  it('has its samples, value for value and at their own times, with labels that say whose they are', async () => {
    await copied(Date.now() + 10_000)
    const toMs = Date.parse((await copyNow()).filled_until ?? '')
    expect(await expectAlike(toMs - 5_000, toMs)).toBeGreaterThanOrEqual(4)
    expect(await copyNow()).toMatchObject({ state: 'CURRENT', message: '', rejected: 0 })
  }, 60_000)

  it('answers while the network is cut, with a warning and as a part, and is whole again afterwards', async () => {
    const cutMs = Date.now()
    network.cut()
    await expect.poll(state, { timeout: 20_000 }).toBe('OFFLINE')
    const answer = await aiops.client.queryMetrics({
      body: { query: 'edge_steps_total', aggregation: 'MERGE' },
    })
    expect(answer.partial).toBe(true)
    expect(JSON.stringify(answer.warnings)).toMatch(/Answered from what was copied until 20.*It is OFFLINE/)
    const found = answer.results.find(({ cluster_name }) => cluster_name === 'paris')
    expect(found?.data).toMatchObject([{ metric: { __name__: 'edge_steps_total', job: 'cnf' } }])
    expect(JSON.stringify(found?.data)).not.toContain('copied_from')
    await sleep(Math.max(0, cutMs + 22_000 - Date.now()))
    expect(await copyNow()).toMatchObject({ state: 'WAITING', message: expect.stringContaining('127.0.0.1') })
    network.asked.length = 0
    network.mend()
    await copied(Date.now())
    expect(await state()).toBe('ONLINE')
    // Oldest first, in more parts than one.
    const asked = [...network.asked]
    expect(asked).toEqual([...asked].sort((a, b) => a - b))
    expect(new Set(asked).size).toBeGreaterThan(3)
    const toMs = Date.parse((await copyNow()).filled_until ?? '')
    expect(await expectAlike(cutMs - 5_000, toMs)).toBeGreaterThan(20)
    const mended = await aiops.client.queryMetrics({
      body: { query: 'edge_steps_total', aggregation: 'MERGE' },
    })
    expect(mended).toMatchObject({ partial: false, warnings: [] })
  }, 90_000)

  it('states what its Prometheus itself did not see', async () => {
    await sleep(3_000)
    const before = (await copyNow()).gaps
    await prometheus.stop()
    const fromMs = Date.now()
    await sleep(15_000)
    prometheus = await startPrometheus(folder.path, (exporter.address() as AddressInfo).port, prometheus.port)
    const toMs = Date.now()
    const { gaps } = await copied(toMs + 8_000)
    const added = gaps.filter((gap) => !before.some(({ from }) => from === gap.from))
    expect(added).toEqual([
      {
        from: expect.any(String),
        to: expect.any(String),
        reason: 'Its Prometheus holds nothing of that time.',
      },
    ])
    const { from = '', to = '' } = added[0] ?? {}
    expect(Math.abs(Date.parse(from) - fromMs)).toBeLessThan(2 * scrapeMs)
    // Prometheus begins to scrape some seconds after it is ready: what it holds itself is what counts.
    const { theirs } = await both(fromMs - 5_000, toMs + 8_000)
    const times = theirs.get(keyOf({ __name__: 'edge_steps_total', instance: 'x', job: 'cnf' })) ?? []
    const [last, first] = [
      times.findLast(([s]) => s * 1_000 < fromMs)?.[0],
      times.find(([s]) => s * 1_000 > fromMs)?.[0],
    ]
    expect([Date.parse(from), Date.parse(to)]).toEqual([
      Math.round((last ?? 0) * 1_000),
      Math.round((first ?? 0) * 1_000),
    ])
  }, 90_000)

  it.each([0, 20, 60])(
    'loses nothing and doubles nothing when it is killed %i ms into the filling of a gap',
    async (afterMs) => {
      const cutMs = Date.now()
      network.cut()
      await sleep(16_000)
      const killed = new Promise<void>((resolve) => {
        let parts = 0
        network.onAsk = () => {
          parts += 1
          if (parts !== 3) return
          network.onAsk = () => undefined
          setTimeout(() => void aiops.stop('SIGKILL').then(() => resolve()), afterMs)
        }
      })
      network.mend()
      await killed
      const keptMs = Date.now()
      aiops = await startHere()
      const { gaps, rejected } = await copied(keptMs)
      expect(rejected).toBe(0)
      expect(gaps.filter(({ to }) => Date.parse(to) > cutMs)).toEqual([])
      expect(await expectAlike(cutMs - 8_000, keptMs)).toBeGreaterThan(15)
    },
    90_000,
  )

  it('has all of it at the end, but for what was stated', async () => {
    const { gaps, filled_until } = await copyNow()
    const toMs = Date.parse(filled_until ?? '')
    await expectAlike(beganMs, toMs)
    expect(gaps.filter(({ from }) => Date.parse(from) > beganMs + 10_000)).toHaveLength(1)
  }, 60_000)
})

type Network = {
  port: number
  /** Times that instant queries asked for, in the order in which they came, ms. */
  asked: number[]
  onAsk(): void
  cut(): void
  mend(): void
  stop(): Promise<void>
}

/** Between the program and Prometheus; while it is cut nothing listens. */
async function startNetwork(target: number): Promise<Network> {
  const port = await freePort()
  const open = new Set<Socket>()
  let server: NetServer | undefined
  const asked: number[] = []
  const listen = (): Promise<void> => {
    server = createServer((from) => {
      const to = connect(target, '127.0.0.1')
      for (const socket of [from, to]) {
        open.add(socket)
        socket
          .on('error', () => undefined)
          .on('close', () => {
            open.delete(socket)
            from.destroy()
            to.destroy()
          })
      }
      from.on('data', (bytes: Buffer) => {
        const text = bytes.toString('latin1')
        if (!text.includes('edge_')) return
        const time = /(?:^|[?&\n])(?:[^\n]*&)?time=([\d.]+)/.exec(text)?.[1]
        if (time === undefined) return
        asked.push(Number(time))
        network.onAsk()
      })
      from.pipe(to)
      to.pipe(from)
    })
    return new Promise((resolve) => server?.listen(port, '127.0.0.1', resolve))
  }
  const cut = (): void => {
    server?.close()
    for (const socket of open) socket.destroy()
  }
  const network: Network = {
    ...{ port, asked, cut, onAsk: () => undefined, mend: () => void listen() },
    stop: async () => cut(),
  }
  await listen()
  return network
}

/** On a folder that outlives it, so that one that comes back has what it had. */
const startPrometheus = (folder: string, target: number, port?: number): Promise<RealServer> =>
  startServer({
    program: 'prometheus',
    readyPath: '/-/ready',
    ...(port === undefined ? {} : { port }),
    args: (own, empty) => {
      const targets = JSON.stringify([`127.0.0.1:${target}`])
      writeFileSync(
        join(empty, 'prometheus.yml'),
        `global: {scrape_interval: ${scrapeMs}ms, scrape_timeout: 500ms}\nscrape_configs:\n- job_name: cnf\n  static_configs:\n  - targets: ${targets}\n    labels: {instance: x}\n`,
      )
      return [
        `--config.file=${join(empty, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'prometheus')}`,
        `--web.listen-address=127.0.0.1:${own}`,
        '--log.level=error',
      ]
    },
  })

/** What it exposes is other each time. */
async function startTarget(): Promise<HttpServer> {
  let steps = 0
  const server = createHttpServer((_request, response) => {
    steps += 1
    const cells = [1, 2, 3].map((cell) => `edge_load{cell="${cell}"} ${Math.sin(steps * cell) * 1e3}`)
    const lines = ['# TYPE edge_steps_total counter', `edge_steps_total ${steps}`, ...cells]
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' })
    response.end(`${lines.join('\n')}\nedge_odd{cluster="inner"} ${steps % 7 === 0 ? 'NaN' : '+Inf'}\n`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

const keyOf = (labels: Record<string, string>): string =>
  JSON.stringify(Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))))

/** What a series said of its cluster itself is kept under another name. */
const asCopied = ({ cluster, ...labels }: Record<string, string>): Record<string, string> => ({
  ...{ ...labels, cluster: 'paris', copied_from: 'paris' },
  ...(cluster === undefined ? {} : { exported_cluster: cluster }),
})

async function rawOf(origin: string, query: string, time: string): Promise<Raw> {
  const response = await fetch(`${origin}/api/v1/query`, {
    method: 'POST',
    body: new URLSearchParams({ query, time }),
  })
  const { data, error } = (await response.json()) as {
    error?: string
    data: { result: { metric: Record<string, string>; values: Sample[] }[] }
  }
  expect(error).toBe(undefined)
  return new Map(data.result.map(({ metric, values }) => [keyOf(metric), values]))
}
