import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { machine } from './machine.ts'

/**
 * The kind × service table of the demo: for each pair one whole `aiops demo`, and whether its first cause was the service
 * that was broken.
 *   node bench/demo-table.ts [--seed N] [--parallel 2] [--kinds a,b] [--services a,b] [--port 18400]
 *   node bench/demo-table.ts --pairs 12 [--seed N]      two faults at once at different services: both among the first three causes
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
    pairs: { type: 'string' },
    /** The first of as many as run at once; any free ones where left out. */
    port: { type: 'string' },
  },
})
const kinds = values.kinds?.split(',') ?? all.kinds
const services = values.services?.split(',') ?? all.services

type Asked = { kind: string; service: string; and?: { kind: string; service: string } }
type Result = Asked & {
  /** Of two faults: both among the first three of the incident; or each there or the first of an incident of its own. */
  both_in_three: boolean | null
  both_named: boolean | null
  correct: boolean
  first: string | null
  category: string | null
  probability: number | null
  detected_seconds: number | null
  memory_mb: number | null
  seconds: number
}

const aiops = fileURLToPath(new URL('../server/bin/aiops.js', import.meta.url))

function runOnce(asked: Asked, worker: number): Promise<Result> {
  const { kind, service, and } = asked
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
        ...(and ? ['--and', `${and.kind}@${and.service}`] : []),
        ...(values.port === undefined ? [] : ['--port', String(Number(values.port) + worker)]),
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
        ...asked,
        correct: end.correct === true,
        both_in_three: and ? end.both_in_three === true : null,
        both_named: and ? end.both_named === true : null,
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

const queue: Asked[] =
  values.pairs === undefined
    ? services.flatMap((service) => kinds.map((kind) => ({ service, kind })))
    : pairsOf(Number(values.pairs))
const results: Result[] = []
const before = machine()
async function work(worker: number): Promise<void> {
  for (let asked = queue.shift(); asked; asked = queue.shift()) {
    const result = await runOnce(asked, worker)
    results.push(result)
    const seen =
      result.first === null
        ? 'nothing'
        : `${result.first} ${result.category} ${result.probability?.toFixed(2)}`
    process.stderr.write(
      `${verdictOf(result)}  ${result.kind}@${result.service}${result.and ? ` + ${result.and.kind}@${result.and.service}` : ''}  ${seen}  after ${result.detected_seconds?.toFixed(1)} s\n`,
    )
  }
}
await Promise.all(Array.from({ length: Number(values.parallel) }, (_, worker) => work(worker)))

if (values.pairs === undefined) {
  const cell = (service: string, kind: string): string => {
    const found = results.find((r) => r.service === service && r.kind === kind)
    return (found?.correct ? 'yes' : `no:${found?.first ?? '-'}`).padEnd(14)
  }
  process.stderr.write(`\n${''.padEnd(12)}${kinds.map((k) => k.padEnd(14)).join('')}\n`)
  for (const service of services)
    process.stderr.write(`${service.padEnd(12)}${kinds.map((kind) => cell(service, kind)).join('')}\n`)
}
const right = results.filter((r) => r.correct).length
const delays = results
  .map((r) => r.detected_seconds)
  .filter((s) => s !== null)
  .sort((a, b) => a - b)
process.stdout.write(
  `${JSON.stringify({ bench: 'demo-table', machine: before, seed: values.seed ?? null, right, of: results.length, share: right / results.length, ...pairFigures(), detected_p50: delays[Math.floor(delays.length / 2)], detected_p95: delays[Math.floor(delays.length * 0.95)], memory_mb_max: Math.max(...results.map((r) => r.memory_mb ?? 0)), results }, null, 1)}\n`,
)

/** Every two services in turn, evenly over all of them, with kinds that change from pair to pair. */
function pairsOf(count: number): Asked[] {
  const couples = services.flatMap((service, at) =>
    services.slice(at + 1).map((other): [string, string] => [service, other]),
  )
  return Array.from({ length: count }, (_, at) => {
    const [service, other] = couples[Math.floor((at * couples.length) / count) % couples.length]!
    const kind = kinds[at % kinds.length]!
    const and = { kind: kinds[(at * 3 + 1) % kinds.length]!, service: other }
    return { kind, service, and }
  })
}

function verdictOf({ correct, and, both_in_three, both_named }: Result): string {
  if (!and) return correct ? 'right' : 'WRONG'
  return both_in_three ? 'both ' : both_named ? 'apart' : correct ? 'ONE  ' : 'WRONG'
}

function pairFigures() {
  const pairs = results.filter(({ and }) => and !== undefined)
  if (pairs.length === 0) return {}
  const share = (holds: (one: Result) => boolean | null): number => pairs.filter(holds).length / pairs.length
  return {
    both_in_three: share(({ both_in_three }) => both_in_three),
    both_named: share(({ both_named }) => both_named),
  }
}
