import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Command } from 'commander'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { explainCommand, explainFolder } from './explain.ts'
import { readCaseTable } from './explain-table.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aiops-explain-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('columns are split at the last slash and empty cells are missing', () => {
  const { series } = readCaseTable('timestamp,a/b/cpu,c/mem\n1,5,\n2,,7\n', 1, new Set())
  expect(series.map(({ entity, metric, values }) => [entity, metric, [...values]])).toEqual([
    ['a/b', 'cpu', [5]],
    ['c', 'mem', [7]],
  ])
})

test('rows that share a rounded time are spread in their order', () => {
  const { series } = readCaseTable('timestamp,a/cpu\n10,1\n10,2\n10,3\n20,4\n', 1, new Set())
  expect([...series[0]!.timesMs]).toEqual([10_000, 11_000, 12_000, 20_000])
})

test('a metric about calls names the other end only where that is a service of the case', () => {
  const { series } = readCaseTable('timestamp,a/lat_to_b,a/time_to_live,b/cpu\n1,1,1,1\n', 1, new Set())
  expect(series.map((one) => one.peer)).toEqual([{ entity: 'b', is: 'CALLEE' }, undefined, undefined])
})

test('a folder of cases becomes one answer per case in the documented form', async () => {
  await writeCase(join(folder, 'one'))
  const output = join(folder, 'out.json')
  const program = new Command().exitOverride()
  explainCommand(program)
  await program.parseAsync(['explain', '--cases', folder, '--output', output, '--json'], { from: 'user' })
  const answers = JSON.parse(readFileSync(output, 'utf8'))
  expect(Object.keys(answers)).toEqual(['one'])
  expect(answers.one.ranked[0]).toMatchObject({ service: 'back', metric: 'latency' })
  expect(answers.one.ranked[0].probability).toBeGreaterThan(0.5)
  expect(answers.one.causal_chain.map((link: { service: string }) => link.service)).toEqual(['back', 'front'])
  expect(answers.one.seconds).toBeGreaterThan(0)
})

test('a folder without cases and a broken case are told in one sentence', async () => {
  const run = (path: string) => {
    const program = new Command().exitOverride()
    explainCommand(program)
    return program.parseAsync(['explain', '--cases', path], { from: 'user' })
  }
  await expect(run(folder)).rejects.toThrow('holds no case')
  await writeCase(join(folder, 'bad'))
  writeFileSync(join(folder, 'bad', 'case.json'), '{"inject_time":"soon"}')
  await expect(run(folder)).rejects.toThrow('inject_time')
})

const data = resolve('../shared/data/rca')
/** Best known figures, see data/README.md: at the service level, share of cases whose cause is first, and Avg@5. */
const reference: Record<string, { first: number; average: number }> = {
  petshop: { first: 0.8, average: 0.88 },
  sockshop1: { first: 0.9, average: 0.98 },
  'nezha-ob': { first: 0.545, average: 0.682 },
  'nezha-tt': { first: 0.056, average: 0.133 },
}

describe.skipIf(!existsSync(data))(
  'on public cases (skipped where the data is absent), one configuration reaches the best known figures',
  () => {
    test.each(Object.keys(reference).flatMap((set) => [[set, 0] as const, [set, 60] as const]))(
      '%s, noticed %i s late',
      async (set, lateSeconds) => {
        const truth = JSON.parse(readFileSync(join(data, set, 'truth.dev.json'), 'utf8')) as Record<
          string,
          { root_cause_service: string }
        >
        const ids = readdirSync(join(data, set)).filter((id) => id in truth)
        const at = await Promise.all(
          ids.map(async (id) =>
            (await explainFolder(join(data, set, id), lateSeconds * 1_000)).ranked.findIndex(
              (cause) => cause.entity === truth[id]!.root_cause_service,
            ),
          ),
        )
        const within = (most: number) => at.filter((rank) => rank >= 0 && rank < most).length / ids.length
        expect(within(1)).toBeGreaterThanOrEqual(reference[set]!.first)
        expect([1, 2, 3, 4, 5].reduce((sum, most) => sum + within(most), 0) / 5).toBeGreaterThanOrEqual(
          reference[set]!.average,
        )
      },
      20_000,
    )
  },
)

async function writeCase(path: string): Promise<void> {
  await mkdir(path, { recursive: true })
  const rows = Array.from({ length: 60 }, (_, at) => {
    const broken = at >= 40
    const noise = 1 + ((at * 7) % 11) / 100
    return `${1_000 + at},${(broken ? 0.9 : 0.05) * noise},${(broken ? 0.8 : 0.02) * noise},${0.02 * noise}`
  })
  writeFileSync(
    join(path, 'metrics.csv'),
    `timestamp,front/latency,back/latency,other/latency\n${rows.join('\n')}\n`,
  )
  writeFileSync(
    join(path, 'topology.json'),
    '{"direction":"caller->callee","edges":[["front","back"],["front","other"]]}',
  )
  writeFileSync(join(path, 'case.json'), '{"inject_time":1040,"target_service":"front","interval_s":1}')
}
