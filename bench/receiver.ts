import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** A receiver of remote write in a process of its own. */
export type Receiver = {
  name: string
  version: string
  /** Where remote write goes. */
  url: string
  metricsUrl: string
  pid: number
  stop(): Promise<void>
}
export type ReceiverName = 'aiops' | 'prometheus' | 'victoriametrics'

/** A receiver, or one sentence on why it cannot be had here. */
export function startReceiver(
  name: ReceiverName,
  folder: string,
  settings: readonly string[],
): Promise<Receiver | string> {
  mkdirSync(folder, { recursive: true })
  return name === 'aiops' ? startAiops(folder, settings) : startPeer(name, folder)
}

/** Seconds of CPU of a process, user and system together, and the system's share of them. */
export function cpuOf(pid: number): { seconds: number; system: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  const [user, system] = [Number(fields[11]) / TICKS_PER_SECOND, Number(fields[12]) / TICKS_PER_SECOND]
  return { seconds: user + system, system }
}
const cpuSecondsOf = (pid: number): number => cpuOf(pid).seconds

export const residentMbOf = (pid: number): number =>
  Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024)

/** Resolves when the process has come to rest, so that what it does behind its answers is counted too; after 20 s at the latest. */
export async function settled(pid: number): Promise<void> {
  let before = cpuSecondsOf(pid)
  for (let round = 0; round < 40; round += 1) {
    await sleep(500)
    const now = cpuSecondsOf(pid)
    if (now - before < 0.05) return
    before = now
  }
}

const TICKS_PER_SECOND = 100
const READY_MS = 30_000

/** As the first line of `bin/aiops.js` sets them. */
const allocator = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_TRIM_THRESHOLD_: '65536',
  MALLOC_MMAP_THRESHOLD_: '131072',
}

async function startAiops(folder: string, settings: readonly string[]): Promise<Receiver> {
  const aiops = fileURLToPath(new URL('../server/bin/aiops.js', import.meta.url))
  const flags = ['log.level=warn', 'ingest.host.enabled=false', 'collector.otlp_grpc.port=0', ...settings]
  const child = spawn(
    process.execPath,
    [
      '--max-semi-space-size=4',
      '--heap-growing-percent=60',
      ...(process.env.BENCH_NODE_FLAGS?.split(' ') ?? []),
      aiops,
      'serve',
      '--port',
      '0',
      '--data',
      folder,
      ...flags.flatMap((flag) => ['--set', flag]),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...allocator } },
  )
  const url = await new Promise<string>((resolve, reject) => {
    child.on('exit', () => reject(new Error('the server ended before it was ready')))
    createInterface(child.stdout).on('line', (line) => {
      const found = /^ready (\S+)/.exec(line)?.[1]
      if (found) resolve(found)
    })
  })
  return receiverOf('aiops', process.version, child, `${url}/api/v1/write`, `${url}/metrics`)
}

type Peer = { binaries: string[]; args(folder: string, port: number): string[]; ready: string }
const peers: Record<Exclude<ReceiverName, 'aiops'>, Peer> = {
  prometheus: {
    binaries: ['prometheus'],
    args: (folder, port) => {
      writeFileSync(join(folder, 'prometheus.yml'), 'global: {}\n')
      return [
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${folder}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--web.enable-remote-write-receiver',
        '--log.level=error',
      ]
    },
    ready: '/-/ready',
  },
  victoriametrics: {
    binaries: ['victoria-metrics', 'victoriametrics'],
    args: (folder, port) => [
      `-storageDataPath=${folder}`,
      `-httpListenAddr=127.0.0.1:${port}`,
      '-loggerLevel=ERROR',
      '-retentionPeriod=1y',
    ],
    ready: '/health',
  },
}

async function startPeer(name: keyof typeof peers, folder: string): Promise<Receiver | string> {
  const { binaries, args, ready } = peers[name]
  const binary = binaries.find((candidate) => spawnSync('which', [candidate]).status === 0)
  if (!binary) return `${name} is not installed here (looked for ${binaries.join(', ')}).`
  const port = await freePort()
  const child = spawn(binary, args(folder, port), { stdio: 'ignore' })
  const base = `http://127.0.0.1:${port}`
  for (let waited = 0; waited < READY_MS; waited += 100) {
    if (child.exitCode !== null) return `${name} ended at start with ${child.exitCode}.`
    const answer = await fetch(base + ready).catch(() => undefined)
    if (answer?.ok)
      return receiverOf(name, versionOf(binary), child, `${base}/api/v1/write`, `${base}/metrics`)
    await sleep(100)
  }
  child.kill('SIGKILL')
  return `${name} was not ready within ${READY_MS / 1_000} s.`
}

function versionOf(binary: string): string {
  const { stdout, stderr } = spawnSync(binary, ['-version'], { encoding: 'utf8', timeout: 5_000 })
  return /\d+\.\d+\.\d+/.exec(`${stdout}${stderr}`)?.[0] ?? 'unknown'
}

const receiverOf = (
  name: string,
  version: string,
  child: ChildProcess,
  url: string,
  metricsUrl: string,
): Receiver => ({
  name,
  version,
  url,
  metricsUrl,
  pid: child.pid ?? 0,
  stop: () =>
    new Promise((resolve) => {
      if (child.exitCode !== null) return resolve()
      child.on('exit', () => resolve())
      child.kill('SIGTERM')
    }),
})

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
