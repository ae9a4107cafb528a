import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { machine } from './machine.ts'

/**
 * The kind × service table of the demo: for each pair one whole `aiops demo`, and whether its first cause was the service
 * that was broken.
 *   node bench/demo-table.ts [--seed N] [--parallel 2] [--kinds a,b] [--services a,b]
 */
const all = {
  kinds: ['latency', 'errors', 'cpu', 'memory', 'pool', 'down', 'deploy', 'traffic'],
  services: ['payments', 'checkout', 'cart', 'catalog', 'inventory', 'store', 'front'],
}
const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    parallel: { type: 'string', default: '2' },
    kinds: { type: 'string' },
    services: { type: 'string' },
  },
})
const kinds = values.kinds?.split(',') ?? all.kinds
const services = values.services?.split(',') ?? all.services

type Result = {
  kind: string
  service: string
  correct: boolean
  first: string | null
  category: string | null
  probability: number | null
  detected_seconds: number | null
  memory_mb: number | null
  seconds: number
}

const aiops = fileURLToPath(new URL('../server/bin/aiops.js', import.meta.url))

function runOnce(kind: string, service: string): Promise<Result> {
  const startedAt = Date.now()
  return new Promise((resolve) => {
    const seed = values.seed === undefined ? [] : ['--seed', values.seed]
    const child = spawn(
      process.execPath,
      [
        '--max-semi-space-size=4',
        '--heap-growing-percent=60',
        aiops,
        'demo',
        '--json',
        '--fault',
        `${kind}@${service}`,
        ...seed,
      ],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    )
    let end: Record<string, unknown> = {}
    createInterface(child.stdout).on('line', (line) => {
      const event = JSON.parse(line) as Record<string, unknown>
      if (event.event === 'end') end = event
    })
    child.on('exit', () => {
      const [top] = (end.causes ?? []) as { category: string; probability: number }[]
      resolve({
        kind,
        service,
        correct: end.correct === true,
        first: (end.first as string | undefined) ?? null,
        category: top?.category ?? null,
        probability: top?.probability ?? null,
        detected_seconds: (end.detected_seconds as number | undefined) ?? null,
        memory_mb: typeof end.memory_bytes === 'number' ? Math.round(end.memory_bytes / 1_048_576) : null,
        seconds: (Date.now() - startedAt) / 1_000,
      })
    })
  })
}

const pairs = services.flatMap((service) => kinds.map((kind) => ({ service, kind })))
const results: Result[] = []
const before = machine()
async function worker(): Promise<void> {
  for (let pair = pairs.shift(); pair; pair = pairs.shift()) {
    const result = await runOnce(pair.kind, pair.service)
    results.push(result)
    const seen =
      result.first === null
        ? 'nothing'
        : `${result.first} ${result.category} ${result.probability?.toFixed(2)}`
    process.stderr.write(
      `${result.correct ? 'right' : 'WRONG'}  ${result.kind}@${result.service}  ${seen}  after ${result.detected_seconds?.toFixed(1)} s\n`,
    )
  }
}
await Promise.all(Array.from({ length: Number(values.parallel) }, worker))

const cell = (service: string, kind: string): string => {
  const found = results.find((r) => r.service === service && r.kind === kind)
  return (found?.correct ? 'yes' : `no:${found?.first ?? '-'}`).padEnd(14)
}
process.stderr.write(`\n${''.padEnd(12)}${kinds.map((k) => k.padEnd(14)).join('')}\n`)
for (const service of services)
  process.stderr.write(`${service.padEnd(12)}${kinds.map((kind) => cell(service, kind)).join('')}\n`)
const right = results.filter((r) => r.correct).length
const delays = results
  .map((r) => r.detected_seconds)
  .filter((s) => s !== null)
  .sort((a, b) => a - b)
process.stdout.write(
  `${JSON.stringify({ bench: 'demo-table', machine: before, seed: values.seed ?? null, right, of: results.length, share: right / results.length, detected_p50: delays[Math.floor(delays.length / 2)], detected_p95: delays[Math.floor(delays.length * 0.95)], memory_mb_max: Math.max(...results.map((r) => r.memory_mb ?? 0)), results }, null, 1)}\n`,
)
