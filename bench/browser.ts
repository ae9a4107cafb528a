import { parseArgs } from 'node:util'
import { startShop } from '../example/shop/index.ts'
import { withPage } from '../test/journey/browser.ts'
import { startServer, temporaryFolder } from '../test/journey/server.ts'
import { machine } from './machine.ts'

/**
 * From a fault to its incident on the screen: each round a new platform, a new shop and a real browser with the incidents
 * page open. Seconds from the injection's return until the incident's number is visible.
 *   node bench/browser.ts [--rounds 8] [--export-interval 2000] [--parallel 2]
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '8' },
    'export-interval': { type: 'string', default: '2000' },
    parallel: { type: 'string', default: '2' },
  },
})
const exportIntervalMs = Number(values['export-interval'])
const baselineMs = 32_000

async function round(number: number): Promise<{ kind: string; seconds: number | null }> {
  const kind = number % 2 === 0 ? 'latency' : 'errors'
  const folder = temporaryFolder('browser')
  const server = await startServer(folder.path, [])
  const shop = await startShop({ otlp: server.url, exportIntervalMs, seed: number + 1 })
  await new Promise((resolve) => setTimeout(resolve, baselineMs))
  const seconds = await withPage(async (page) => {
    await page.goto(`${server.url}/incidents`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await shop.fault('payments', kind)
    const began = performance.now()
    const seen = page.getByText('INC-1', { exact: true }).first().waitFor({ timeout: 60_000 })
    return seen.then(
      () => (performance.now() - began) / 1_000,
      () => null,
    )
  })
  await shop.stop()
  await server.stop()
  folder.remove()
  return { kind, seconds }
}

const before = machine()
const numbers = Array.from({ length: Number(values.rounds) }, (_, i) => i)
const rounds: { kind: string; seconds: number | null }[] = []
async function worker(): Promise<void> {
  for (let number = numbers.shift(); number !== undefined; number = numbers.shift())
    rounds.push(await round(number))
}
await Promise.all(Array.from({ length: Number(values.parallel) }, worker))
const seen = rounds.flatMap((r) => (r.seconds === null ? [] : [r.seconds])).sort((a, b) => a - b)
process.stdout.write(
  `${JSON.stringify({ bench: 'browser', machine: before, export_interval_ms: exportIntervalMs, rounds, p50: seen[seen.length >> 1], p95: seen[Math.min(seen.length - 1, Math.floor(seen.length * 0.95))], missed: rounds.length - seen.length })}\n`,
)
